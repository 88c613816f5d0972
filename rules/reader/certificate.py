"""How certificates look, as pack.yaml says it."""

import re

from engine.design import A4, ANY_LANGUAGE, Design, DesignFile, Wording
from rules.phrases.link import COLOUR, LOGO, PAPER, TEMPLATE
from rules.phrases.phrases import TEXT, Phrase
from rules.reader.block import Block
from rules.reader.names import Scope
from rules.text import Mapping, Text

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_certificate(name: Text, block: Block, scope: Scope) -> Design | None:
    """Read how a certificate looks; None where something is wrong (and noted)."""
    template, logo = _file(block, "template", TEMPLATE), _file(block, "logo", LOGO)
    colour, paper = block.read("colour", COLOUR), block.read("paper", PAPER)
    signed_by = block.phrases("signed by", TEXT)
    awarded, statement = _wording(block, "awarded"), _wording(block, "statement")
    if not block.is_whole or "/" in name.value:
        return None
    return Design(
        id=scope.full(name.value),
        span=name.span,
        template=template,
        logo=logo,
        colour=colour or "",
        paper=paper or A4,
        signed_by=signed_by,
        awarded=awarded,
        statement=statement,
    )


def _file(block: Block, key: str, phrase: Phrase[str]) -> DesignFile | None:
    text, name = block.text(key), block.read(key, phrase)
    return DesignFile(name, text.span) if text is not None and name else None


def _wording(block: Block, key: str) -> Wording:
    """Read words for all languages, or a block with those of each."""
    if key not in block:
        return Wording()
    value = block.values[key][1]
    if not isinstance(value, Mapping):
        said = block.read(key, TEXT)
        return Wording(((ANY_LANGUAGE, said),) if said else ())
    found = []
    for language, text in value.entries:
        if not LANGUAGE.fullmatch(language.value):
            block.is_whole = False
            block.findings.add(
                language.span,
                "E110",
                f"`{language.value[:60]}` is not a language",
                "write it like: es, or pt-BR",
            )
        elif not isinstance(text, Text) or not text.value.strip():
            block.is_whole = False
            block.findings.add(
                language.span,
                "E105",
                f"`{language.value}` wants a text",
                f"write it like: {language.value}: …",
            )
        else:
            found.append((language.value, " ".join(text.value.split())))
    return Wording(tuple(found))
