"""
Whether an e-mail address may be written to, judged strictly and by ourselves.

Mail libraries repair what they are given: `a@x.test> SIZE=1` is cut to `a@x.test` without a
word. An address that is not exactly one mailbox is refused here, when it comes in
and again before each send, so that what is sent to is what was given.
"""

import re

LONGEST_ADDRESS = 254
LONGEST_LOCAL = 64

# The dot-atom of RFC 5321; quoted strings and comments have only ever hidden tricks.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def refusal(address: str) -> str:
    """Say why an address is refused, in an operator's words; empty if it is good."""
    local, at, domain = address.rpartition("@")
    labels = domain.split(".")
    if not address:
        return "it is empty"
    if any(not sign.isprintable() or sign.isspace() for sign in address):
        return "it has a space, a line break or another invisible sign in it"
    if not address.isascii():
        return "it has letters outside ASCII; write the domain in its xn-- form"
    if not at or "@" in local:
        return "it needs exactly one @"
    if len(address) > LONGEST_ADDRESS or len(local) > LONGEST_LOCAL:
        return f"it is longer than {LONGEST_ADDRESS} signs, or {LONGEST_LOCAL} before the @"
    if not _LOCAL.fullmatch(local):
        return "what stands before the @ is no plain mailbox name"
    if not all(_LABEL.fullmatch(label) for label in labels):
        return "what stands after the @ is no domain name"
    if labels[-1].isdigit():
        return "what stands after the @ is a number, not a domain name"
    return ""
