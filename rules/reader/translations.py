"""What a rule file says in other languages: titles and descriptions of things of its own pack."""

from engine.translation import Told, Translation
from rules.phrases.language import LANGUAGE_TAG
from rules.phrases.phrases import NAME, TEXT
from rules.reader.block import Block, read_phrase
from rules.reader.findings import Findings
from rules.reader.names import Kind, Scope
from rules.text import Mapping, Node, Text
from rules.words.word import Place


def read_translations(file: Block, scope: Scope, found: list[Translation]) -> None:
    """Add what a rule file says in other languages."""
    for tag, body in file.named("translations"):
        translation = _translation(tag, body, scope)
        if translation is not None:
            _check_told_once(translation, found, scope.findings)
            found.append(translation)


def _translation(tag: Text, body: Node, scope: Scope) -> Translation | None:
    """Read what a pack's things are called in one language; None where that is none."""
    language = read_phrase(tag, LANGUAGE_TAG, scope.findings)
    if language is None:
        return None
    if not isinstance(body, Mapping):
        scope.findings.add(
            tag.span,
            "E105",
            f"`{tag.value}` wants a block",
            "write its words on lines of their own, two spaces further in",
        )
        return None
    block = Block(body, Place.TRANSLATION, scope.findings, tag.span)
    return Translation(
        pack=scope.pack,
        language=language,
        span=tag.span,
        credentials=_told(block, Kind.CREDENTIAL, scope),
        skills=_told(block, Kind.SKILL, scope),
        pathways=_told(block, Kind.PATHWAY, scope),
        activities=_told(block, Kind.ACTIVITY, scope),
    )


def _told(block: Block, kind: Kind, scope: Scope) -> dict[str, Told]:
    found: dict[str, Told] = {}
    for name, body in block.named(kind.value):
        if read_phrase(name, NAME, scope.findings) is None:
            continue
        full = scope.resolve(name, kind)
        told = _one(name, body, kind, scope)
        if full is not None and told is not None:
            found[full] = told
    return found


def _one(name: Text, body: Node, kind: Kind, scope: Scope) -> Told | None:
    if isinstance(body, Text) and not body.value.strip():
        hint = "write what it is called in this language behind it, or leave it out"
        scope.findings.add(name.span, "E106", f"`{name.value}` is followed by nothing", hint)
        return None
    if kind is Kind.ACTIVITY:
        title = read_phrase(body, TEXT, scope.findings) if isinstance(body, Text) else None
        if title is None and not isinstance(body, Text):
            hint = f"write it like: {name.value}: Cuestionario de muestreo"
            scope.findings.add(name.span, "E105", f"`{name.value}` wants a text", hint)
        return None if title is None else Told(name.span, title)
    if not isinstance(body, Mapping):
        hint = "write `title` and `describes` on lines of their own, two spaces further in"
        scope.findings.add(name.span, "E105", f"`{name.value}` wants a block", hint)
        return None
    block = Block(body, Place.TOLD, scope.findings, name.span)
    title, describes = block.read("title", TEXT), block.read("describes", TEXT)
    return Told(name.span, title, describes) if title and describes else None


def _check_told_once(last: Translation, found: list[Translation], findings: Findings) -> None:
    """Note what a translation tells again in its language."""
    for each in found:
        if each.language != last.language:
            continue
        for first, again in (
            (each.credentials, last.credentials),
            (each.skills, last.skills),
            (each.pathways, last.pathways),
            (each.activities, last.activities),
        ):
            for name in first.keys() & again.keys():
                span = first[name].span
                findings.add(
                    again[name].span,
                    "E206",
                    f"`{name.partition('/')[2]}` is told twice in {last.language}",
                    f"the first is in {span.file}:{span.line}; take one of them out",
                )
