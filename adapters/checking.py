"""
All that can be said of packs before an event comes.

The reader's problems, the checks', those of test files and messages, in one list, with what is
proved. `check` and the service's reload ask here, so that they can't disagree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.feeding.saved_history import read_history
from adapters.outgoing.letters import MESSAGES, Letters, has_errors, message_texts, read_letters
from adapters.settings.tree import Settings
from engine.actions import is_message
from engine.facts import NO_FACTS, Facts
from engine.source import Problem, Severity, Span
from engine.spelling import suggest
from notifications.message import MessageTemplate
from rules.checks import run_checks
from rules.checks.daily import prove_day
from rules.checks.proof import Proof, prove
from rules.checks.unreachable import Unreachable, unreachable
from rules.folders import PACK_FILE
from rules.packs import Reading, read_packs
from rules.scenario_reader import read_test_file
from rules.scenarios import pack_of_file

CATEGORIES = ("reminders", "feedback", "awards", "service")
"""The categories of messages that are there from the start."""
UNREADABLE = "E404"
UNKNOWN_NAME = "E201"
UNKNOWN_CATEGORY = "W507"


@dataclass(frozen=True, slots=True)
class Checked:
    """
    Packs and all that is wrong with them.

    Attributes:
        reading: What was read.
        problems: What is wrong with rules and messages, in order of place.
        texts: The lines of each file, by the name that spans carry.
        proof: The most messages one learner can get in one course; None where errors forbid it.
        daily_cap: What the institution allows a learner in a day over all rules; 0 for no cap.
    """

    reading: Reading
    problems: tuple[Problem, ...]
    texts: Mapping[str, tuple[str, ...]]
    proof: Proof | None
    daily_cap: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Give the problems for which the packs are refused."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    def proof_of(self, pack: str) -> Proof | None:
        """Give the most messages in one course of a pack; None where errors forbid it."""
        return None if self.errors else prove(self.reading.ruleset, pack)

    def day_of(self, pack: str) -> Proof | None:
        """Give the most messages in one day of a pack ("" for all); None where errors forbid it."""
        return None if self.errors else prove_day(self.reading.ruleset, pack, self.daily_cap)

    def never(self) -> Unreachable | None:
        """Give the rules that can never fire and the credentials that nobody can earn."""
        return None if self.errors else unreachable(self.reading.ruleset)


def no_folder(folder: Path) -> str:
    """Say what is wrong with a pack's folder that is none: often a file of the pack is named."""
    if not folder.is_file():
        return f"there is no folder {folder}"
    pack = next((each for each in folder.parents if (each / PACK_FILE).is_file()), None)
    hint = f"name the folder of its pack: {pack}" if pack else "name the folder of a pack"
    return f"{folder} is a file; {hint}"


def check_packs(
    folders: Sequence[Path],
    search: Sequence[Path] = (),
    zone: str = "UTC",
    categories: Sequence[str] = CATEGORIES,
    daily_cap: int = 0,
    facts: Facts = NO_FACTS,
    settings: Settings | None = None,
) -> Checked:
    """
    Read packs and check all of them.

    Args:
        folders: Folders of packs, or folders that hold such folders.
        search: Further folders in which packs named by `uses` are looked for.
        zone: The time zone of those whose zone nobody knows.
        categories: The categories that messages may have without a warning.
        daily_cap: What the institution allows a learner in a day over all rules; 0 for no cap.
        facts: Who answers `fact`.
        settings: Of who issues what they award; None where that is not known.
    """
    reading = read_packs(folders, search, zone, facts)
    texts = dict(reading.texts)
    problems = [*reading.problems, *run_checks(reading), *_endorsed(reading, settings)]
    reading_is_whole = not has_errors(reading.problems)
    for path in reading.tests:
        pack = pack_of_file(path, reading.folders)
        _, found, texts[str(path)] = read_test_file(path, str(path), pack, reading, read_history)
        problems += found if reading_is_whole else _without_names(found)
    letters, wrong = read_letters(reading)
    problems += [*wrong, *_misplaced(reading, letters, wrong)]
    if reading_is_whole and reading.ruleset.certificates:
        from adapters.badges.trial import try_certificates  # noqa: PLC0415 - few packs have any

        problems += try_certificates(reading)
    for versions in letters.templates.values():
        for template in versions.values():
            problems += _category_problems(template, categories)
    texts = {**message_texts(tuple(problems)), **texts}
    problems = [p for p in problems if p.severity is Severity.ERROR or _is_given(p, reading)]
    problems = sorted(set(problems), key=lambda p: (p.place, p.message))
    proof = None if has_errors(tuple(problems)) else prove(reading.ruleset)
    return Checked(reading, tuple(problems), texts, proof, daily_cap)


def _endorsed(reading: Reading, settings: Settings | None) -> Iterator[Problem]:
    if any(each.endorsed_by for each in reading.ruleset.credentials.values()):
        from adapters.badges.endorsing.checking import (  # noqa: PLC0415 - cryptography takes a second to load
            check_endorsed,
        )

        yield from check_endorsed(reading, settings)


def _without_names(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Leave out unknown names: what they name may stand in what could not be read."""
    return (problem for problem in problems if problem.code != UNKNOWN_NAME)


def _misplaced(reading: Reading, letters: Letters, wrong: Sequence[Problem]) -> Iterator[Problem]:
    """Find messages that rules name and that stand where none is looked for."""
    broken = {problem.span.file for problem in wrong}
    for name, span in sorted(_named(reading).items()):
        path = reading.messages.get(name)
        if name not in letters.templates and path is not None and str(path) not in broken:
            yield Problem(
                span,
                UNREADABLE,
                f"{name.partition('/')[2]} does not stand in the pack's folder `{MESSAGES}`",
                f"move it there, and write it like: {MESSAGES}/{path.name}",
            )


def _named(reading: Reading) -> dict[str, Span]:
    """Give the messages that rules and awards name, each with the first place."""
    found: dict[str, Span] = {}
    for rule in reading.ruleset.rules.values():
        for action in rule.then:
            if is_message(action):
                found.setdefault(action.file, action.span)
    for credential in reading.ruleset.credentials.values():
        if credential.message:
            found.setdefault(credential.message, credential.span)
    return found


def _category_problems(template: MessageTemplate, categories: Sequence[str]) -> Iterator[Problem]:
    said = template.category
    if said in categories:
        return
    near = suggest(said, categories)
    yield Problem(
        _category_span(template),
        UNKNOWN_CATEGORY,
        f"`{said[:60]}` is no category that config.toml knows",
        f"did you mean `{near}`?" if near else "add it to `categories` under [mail]",
        Severity.WARNING,
    )


def _category_span(template: MessageTemplate) -> Span:
    """Find the category in the head; the subject is the nearest place that is known."""
    file, said = template.file, template.category
    lines = message_texts((Problem(Span(file), UNKNOWN_CATEGORY, ""),)).get(file, ())
    for number, line in enumerate(lines, 1):
        if line.startswith("category:"):
            return Span(file, number, line.index(said) + 1, len(said))
    return template.subject.span


def _is_given(problem: Problem, reading: Reading) -> bool:
    """Say whether a problem is of a pack that was given; the others' warnings are their own."""
    folders = [reading.folders[pack] for pack in reading.given]
    return any(map(Path(problem.span.file).is_relative_to, folders))
