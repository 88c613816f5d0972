"""
Text that stays on one line: what may stand in a header, a name or a stored reason.

`str.isprintable` is too strict (it refuses the no-break space of French and the joiners of
Persian and Hindi names), and looking for CR and LF is too lax (Unicode knows more line breaks,
and signs that turn the reading direction make one address look like another).
"""

import unicodedata

_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})


def is_flat(text: str) -> bool:
    """Say whether a text has no line break, no control sign and no sign that turns it."""
    return not any(map(_breaks, text))


def flat(text: str) -> str:
    """Make a text flat: each run of spaces and refused signs becomes one space."""
    spaced = "".join(" " if _breaks(sign) else sign for sign in text)
    return " ".join(filter(None, spaced.split(" ")))


def _breaks(sign: str) -> bool:
    return sign in _TURNERS or unicodedata.category(sign) in _REFUSED
