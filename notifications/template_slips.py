"""
Slips in a message's braces, in the author's words.

The template engine speaks of blocks, tags and end of print statement; whoever writes a letter
has forgotten a brace or an `endif`.
"""

import re

from notifications.template_lint import REFUSED, Finding

ONE_NAME = "write it like: {{ learner.first_name }}"
NOTHING_ELSE = "a message has tokens, `if` and `for`, and nothing else"

_NOT_ENDED = re.compile(r"innermost block that needs to be closed is '(\w+)'")
_UNKNOWN_TAG = re.compile(r"unknown tag '(\w+)'")


def misread(line: int, said: str) -> Finding:
    """
    Turn what the template engine says into a finding.

    Args:
        line: The line of the template, from 1.
        said: The engine's own message.
    """
    message, hint = _slip(said)
    return Finding(line, REFUSED, message, hint)


def _slip(said: str) -> tuple[str, str]:
    open_word = _NOT_ENDED.search(said)
    tag = _UNKNOWN_TAG.search(said)
    if tag and tag.group(1).startswith("end"):
        return (
            f"`{tag.group(1)}` ends nothing",
            f"take it out, or begin: {{% {tag.group(1)[3:]} … %}}",
        )
    if open_word and not tag:
        word = open_word.group(1)
        return f"`{word}` does not end", f"write {{% end{word} %}} where it ends"
    if tag:
        return f"`{tag.group(1)}` cannot stand here", NOTHING_ELSE
    if "comment" in said.lower():
        return "a remark begins with {# and does not end", "write #} where it ends"
    if "end of template" in said or "unexpected '}'" in said:
        return "a brace is missing here", ONE_NAME
    if "end of print statement" in said:
        return "between {{ and }} stands more than one token", ONE_NAME
    if "end of statement block" in said:
        return "between {% and %} stands too much", "write it like: {% if due %}"
    return "what stands between the braces can't be read", ONE_NAME
