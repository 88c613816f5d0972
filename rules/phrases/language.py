"""The tag of a language, as BCP 47 has it: what browsers ask for and credentials say."""

import re

from rules.phrases.phrases import Misread, Phrase

_TAG = r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"


def read_language_tag(text: str) -> str | Misread:
    """Read the tag of a language: `es`, `pt-BR`, `zh-Hant`."""
    if re.fullmatch(_TAG, text):
        return text
    base, _, region = text.replace("_", "-").partition("-")
    meant = f"{base.lower()}-{region.upper()}" if region else base.lower()
    example = meant if re.fullmatch(_TAG, meant) else "es, or pt-BR"
    return Misread(f"`{text[:60]}` is not the tag of a language", f"write it like: {example}")


LANGUAGE_TAG = Phrase("the tag of a language", _TAG, "es", read_language_tag)
