"""A number with its noun, as every verb writes it."""


def counted(number: int, what: str, more: str = "") -> str:
    """
    Give a number with its noun: 1 rule, 2,000 rules.

    Args:
        number: How many.
        what: What one of them is called.
        more: What several are called; with an s by default.
    """
    return f"{number:,} {what if number == 1 else more or f'{what}s'}"
