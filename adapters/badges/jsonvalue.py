"""
JSON that somebody else wrote, looked at with care.

A credential from elsewhere may hold anything anywhere: each function here gives what was hoped
for, or an empty value, and never raises.
"""

JsonObject = dict[str, object]


def as_object(value: object) -> JsonObject:
    """Give an object, an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Give a list; one value is a list of one, and nothing an empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_text(value: object) -> str:
    """Give a text, "" where it is none."""
    return value if isinstance(value, str) else ""


def id_of(value: object) -> str:
    """Give the id of an object, or the text that stands for one."""
    return as_text(value) or as_text(as_object(value).get("id"))


def types_of(value: object) -> list[str]:
    """Give the types of an object."""
    return [as_text(each) for each in as_list(as_object(value).get("type"))]
