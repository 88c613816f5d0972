"""Texts as they may stand in the YAML that we write: plain where that is safe, else in quotes."""

import json
import re

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /._%+-]*(?<! )")


def flow(text: str) -> str:
    """Write a text so that it can stand between braces, or after a word and a colon."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
