"""What the names in a test file stand for: things of the pack that is tested, and learners."""

from collections.abc import Iterable

from engine.spelling import suggest
from engine.terms import Noun
from rules.packs import Reading
from rules.reader.findings import Findings
from rules.text import Text
from rules.timeline import Person


class TestedNames:
    """The names of one pack, as its test files write them."""

    def __init__(self, reading: Reading, pack: str, findings: Findings) -> None:
        """Look names up in a pack, and note what names nothing among the findings."""
        self.reading = reading
        self.ruleset = reading.ruleset
        self.pack = pack
        self.findings = findings
        self.people: tuple[Person, ...] = ()

    def who(self, text: Text | None) -> str:
        """Give the name of a learner; the first one's where none is named, or one that is not."""
        first = self.people[0].name if self.people else ""
        if text is None:
            return first
        for person in self.people:
            if text.value in (person.name, person.name.partition(" ")[0]):
                return person.name
        near = suggest(text.value, [person.name for person in self.people])
        self.findings.add(
            text.span,
            "E201",
            f"there is no learner `{text.value}`",
            f"did you mean `{near}`?" if near else "",
        )
        return first

    def message(self, text: Text) -> str | None:
        """Give the full name of a message file, or note that there is none."""
        full = f"{self.pack}/{text.value}"
        for name in (full, text.value):
            if name in self.reading.messages:
                return name
        own = f"{self.pack}/"
        known = [n.removeprefix(own) for n in self.reading.messages if n.startswith(own)]
        near = suggest(text.value, known)
        self.findings.add(
            text.span,
            "E205",
            f"there is no message file `{text.value}`",
            f"did you mean `{near}`?" if near else "",
        )
        return None

    def of(self, text: Text, what: str, noun: Noun | None = None) -> str | None:
        """Give the full name of `a course`, `a rule` and so on, or note that there is none."""
        known: Iterable[str]
        match what:
            case "a course":
                known = self.ruleset.courses
            case "a credential":
                known = self.ruleset.credentials
            case "a rule":
                known = {**self.ruleset.rules, **self.ruleset.credentials}
            case "an event":
                known = self.ruleset.events
            case _:
                known = self.ruleset.activities
        names = list(known)
        full = text.value if "/" in text.value else f"{self.pack}/{text.value}"
        if full not in names and self.pack in self.reading.instances:
            # The credentials of a use may be those of the pack's first use.
            full = f"{self.reading.instances[self.pack]}/{text.value}"
        if full in names:
            self._check_kind(text, full, noun)
            return full
        own = f"{self.pack}/"
        near = suggest(text.value, [n.removeprefix(own) for n in names])
        self.findings.add(
            text.span,
            "E201",
            f"there is no {what.partition(' ')[2]} `{text.value[:60]}`",
            f"did you mean `{near}`?" if near else "",
        )
        return None

    def _check_kind(self, text: Text, full: str, noun: Noun | None) -> None:
        activity = self.ruleset.activities.get(full)
        if activity is None or noun in (None, Noun.ACTIVITY, activity.kind):
            return
        self.findings.add(
            text.span,
            "E202",
            f"`{text.value}` is a {activity.kind.value}",
            f"write `{activity.kind.value}: {text.value}`",
        )
