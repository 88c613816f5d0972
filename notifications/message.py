"""
A message file as designers write it: a head, and Markdown with tokens; read, checked, rendered.

Three fences stand around a template, in this order: its parsed tree is compared with what is
allowed, then it is compiled in an immutable sandbox in which an unknown name is an error, then
it runs against a limit of length. Nothing is compiled that the first fence has not passed.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from jinja2 import Template, TemplateSyntaxError

from engine.source import Problem, Span
from notifications import formats, frame
from notifications.front_matter import FENCE, Field, Parts, take_apart
from notifications.one_line import flat, is_flat
from notifications.sandbox import BODY, SUBJECT, TooLongError, run
from notifications.template_lint import REFUSED, UNKNOWN, Finding, lint, tokens_named
from notifications.template_slips import misread
from notifications.tokens import Tokens, context, safe_link, sample, unknown

NO_SUBJECT = "E402"
BAD_HEAD = "E404"
LONGEST_FILE = 50_000
"""Longest message file, in characters."""
LONGEST_SUBJECT = 150
"""Longest subject; what is longer is cut, as mailboxes do."""

_CATEGORY = re.compile(r"[a-z][a-z0-9-]*(?: [a-z0-9-]+)*")
_LOCALISED = re.compile(r"(?P<name>.+)\.(?P<language>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.md")


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A message that may be sent: linted and compiled."""

    file: str
    """The path as the author knows it, e.g. `messages/we-miss-you.es.md`."""
    name: str
    """What rules call it, e.g. `messages/we-miss-you.md`."""
    language: str
    """From the file's name, `es`; empty for the plain file, which is in the pack's language."""
    category: str
    tokens: frozenset[str]
    """The tokens that it names."""
    subject: Field
    body: str
    body_line: int
    compiled_subject: Template
    compiled_body: Template


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message for one learner: the subject on one line, the same facts as text and as HTML."""

    subject: str
    text: str
    html: str
    language: str


def read_message(
    text: str, file: str, name: str = ""
) -> tuple[MessageTemplate | None, tuple[Problem, ...]]:
    """
    Read one message file.

    Args:
        text: What the file says.
        file: Its path as the author knows it.
        name: Its path within the pack, if that is another; `x.es.md` gives the language.

    Returns:
        The template, None if it may not be sent, and the author's mistakes in order of place.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if problem := _unreadable(text, file):
        return None, (problem,)
    parts, head_problems = take_apart(text, file)
    problems = list(head_problems)
    subject, category = parts.fields.get("subject"), parts.fields.get("category")
    if not head_problems:
        problems += _missing(parts, file)
    if subject is not None:
        problems += _template_problems(subject.value, file, subject.span.line, subject.span.column)
    if parts.fields or not head_problems:
        problems += _template_problems(parts.body, file, parts.body_line)
    if problems or subject is None or category is None:
        return None, tuple(sorted(problems, key=lambda problem: problem.place))
    plain_name, language = split_name(name or file)
    return (
        MessageTemplate(
            file=file,
            name=plain_name,
            language=language,
            category=category.value,
            tokens=tokens_named(BODY.parse(parts.body))
            | tokens_named(SUBJECT.parse(subject.value)),
            subject=subject,
            body=parts.body,
            body_line=parts.body_line,
            compiled_subject=SUBJECT.from_string(subject.value),
            compiled_body=BODY.from_string(parts.body),
        ),
        (),
    )


def split_name(file: str) -> tuple[str, str]:
    """Split a path into what rules call it and its language: `m/x.es.md` is `m/x.md` in `es`."""
    found = _LOCALISED.fullmatch(file)
    return (f"{found['name']}.md", found["language"]) if found else (file, "")


def load_messages(
    folder: Path, shown_as: str = ""
) -> tuple[tuple[MessageTemplate, ...], tuple[Problem, ...]]:
    """
    Read and check all message files (`**/*.md`) of a pack's folder of messages.

    Rules name them from the folder's parent, the pack; problems from `shown_as`, the pack's path
    as the author knows it.
    """
    templates, problems = [], []
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder.parent).as_posix()
        file = f"{shown_as.rstrip('/')}/{name}" if shown_as else name
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            hint = "save it as UTF-8 text"
            problems.append(Problem(Span(file), BAD_HEAD, f"cannot be read: {error}", hint))
            continue
        template, found = read_message(text, file, name)
        problems += found
        if template is not None:
            templates.append(template)
            problems += check_message(template)
    return tuple(templates), tuple(problems)


def render(template: MessageTemplate, tokens: Tokens, language: str = "en") -> Rendered:
    """
    Render a message for one learner.

    Args:
        template: The message.
        tokens: What is known.
        language: The language of a plain file: the pack's.

    Raises:
        TooLongError: If it grows beyond all bounds.
    """
    chooses = "unsubscribe.link" in template.tokens
    return framed(render_bare(template, tokens, language), tokens, chooses=chooses)


def framed(bare: Rendered, tokens: Tokens, *, chooses: bool = False) -> Rendered:
    """
    Put a message into the page that mailboxes show, with its foot.

    Args:
        bare: The message, as `render_bare` gives it.
        tokens: What is known.
        chooses: Whether it says itself where to choose what to be written.
    """
    choose = "" if chooses else safe_link(tokens.unsubscribe_link)
    foot = frame.Foot(flat(tokens.organisation_name), choose)
    return Rendered(
        bare.subject,
        frame.text(bare.text, foot, bare.language),
        frame.html(bare.html, bare.subject, foot, bare.language),
        bare.language,
    )


def render_bare(template: MessageTemplate, tokens: Tokens, language: str = "en") -> Rendered:
    """
    Render a message for a place that has a page of its own: an LMS, or a part of a digest.

    Arguments and errors are those of `render`; the HTML is a fragment.
    """
    spoken = template.language or language
    values = context(tokens, spoken)
    subject = flat(run(template.compiled_subject, values))
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[: LONGEST_SUBJECT - 1]}…"
    tree = formats.read(run(template.compiled_body, values))
    return Rendered(subject, formats.plain(tree), formats.html(tree), spoken)


def check_message(template: MessageTemplate) -> tuple[Problem, ...]:
    """Render a message for a sample learner and for one of whom nothing is known."""
    problems: dict[tuple[str, int, int, str], Problem] = {}
    for who, tokens in (("a sample learner", sample()), ("an unknown learner", unknown())):
        for problem in _rendered_problems(template, tokens, who):
            problems.setdefault(problem.place, problem)
    return tuple(problems[place] for place in sorted(problems))


def _rendered_problems(template: MessageTemplate, tokens: Tokens, who: str) -> tuple[Problem, ...]:
    span = template.subject.span
    try:
        rendered = render(template, tokens)
        tree = formats.read(run(template.compiled_body, context(tokens, template.language)))
    except TooLongError as error:
        return (Problem(span, REFUSED, str(error), "shorten it"),)
    found = []
    if not rendered.subject:
        hint = "let it say something whatever is known"
        found.append(Problem(span, NO_SUBJECT, f"for {who} the subject is empty", hint))
    if not formats.plain(tree).strip():
        # The end of the head: of an empty body there is no line.
        at = Span(template.file, template.body_line - 1, 1, len(FENCE))
        hint = "let it say something whatever is known"
        found.append(Problem(at, REFUSED, f"for {who} the message says nothing", hint))
    for link in formats.refused_links(tree):
        hint = "a link begins with https: or mailto:"
        at = _place(template.body, link, template.file, template.body_line)
        found.append(Problem(at, REFUSED, f"`{link[:60]}` cannot be followed from a mailbox", hint))
    return tuple(found)


def _place(body: str, words: str, file: str, first_line: int) -> Span:
    """Find words in a body; its first line if they are written otherwise."""
    for number, line in enumerate(body.split("\n"), first_line):
        for written in (words, unquote(words)):
            if written and written in line:
                return Span(file, number, line.index(written) + 1, len(written))
    return Span(file, first_line)


def _unreadable(text: str, file: str) -> Problem | None:
    if len(text) > LONGEST_FILE:
        message = f"it has {len(text)} characters; a message has {LONGEST_FILE} at most"
        return Problem(Span(file), BAD_HEAD, message, "shorten it")
    for number, line in enumerate(text.split("\n"), 1):
        if not is_flat(line.replace("\t", " ")) or not formats.SEALS.isdisjoint(line):
            hint = "retype the line"
            return Problem(Span(file, number), BAD_HEAD, "there is an invisible sign here", hint)
    return None


def _missing(parts: Parts, file: str) -> list[Problem]:
    """Say which keys a head lacks that can be read."""
    problems = []
    subject, category = parts.fields.get("subject"), parts.fields.get("category")
    if subject is None or not subject.value:
        at = Span(file) if subject is None else subject.span
        hint = "write it like: subject: Your place in {{ course.title }} is kept"
        problems.append(Problem(at, NO_SUBJECT, "a message needs a subject", hint))
    if category is None:
        hint = "write it like: category: reminders"
        problems.append(Problem(Span(file), BAD_HEAD, "a message needs a category", hint))
    elif not _CATEGORY.fullmatch(category.value):
        hint = "small letters, as in: category: reminders"
        message = f"`{category.value[:60]}` is no category"
        problems.append(Problem(category.span, BAD_HEAD, message, hint))
    return problems


def _template_problems(source: str, file: str, line: int, column: int = 1) -> list[Problem]:
    """Parse and lint a template that begins at a place of a file; nothing of it is run."""
    try:
        findings = lint(BODY.parse(source))
    except TemplateSyntaxError as error:
        findings = (misread(error.lineno, error.message or ""),)
    except RecursionError:
        findings = (Finding(1, REFUSED, "is nested too deeply"),)
    return [_located(finding, source, file, line, column) for finding in findings]


def _located(finding: Finding, source: str, file: str, line: int, column: int) -> Problem:
    """Give a finding its place in the file, its words underlined."""
    lines = source.split("\n")
    text = lines[min(finding.line, len(lines)) - 1]
    start = max(text.find(finding.underline), 0) if finding.underline else text.find("{") + 1 or 1
    start = start + 1 if finding.underline else start
    at_line = line + finding.line - 1
    at = Span(
        file,
        at_line,
        start + (column - 1 if finding.line == 1 else 0),
        max(len(finding.underline), 1),
    )
    said = finding.message
    if finding.code == UNKNOWN:
        said = f"{file}:{at_line} {said}"
    return Problem(at, finding.code, said, finding.hint)
