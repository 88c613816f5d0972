"""
1EdTech's own JSON Schema of an Open Badge 3.0: what its validator asks, asked before it leaves.

Shipped as it lies at its address, where it was taken on 2026-07-04, and never fetched. It is
lenient: one value or a list, and properties that it does not know. `model` is the strict one.
"""

from functools import cache
from pathlib import Path

from jsonschema_rs import Draft201909Validator

from adapters.badges.jsonvalue import JsonObject, as_list
from adapters.badges.pinned import pinned
from adapters.badges.schema_error import first_error

FILE = Path(__file__).parent / "schemas" / "ob_v3p0_achievementcredential_schema.json"
DIGEST = "b7358e895f492e74055dc6bfc7ffc420d0e497f90c4579fb83d9519b86d393ea"
STATUS = "credentialStatus"


@cache
def _validator(part: str) -> Draft201909Validator:
    schema = pinned(FILE, DIGEST)
    if part:
        defined = {name: schema[name] for name in ("$schema", "$defs")}
        schema = {**defined, "$ref": f"#/$defs/{part}"}
    return Draft201909Validator(schema, validate_formats=True)


def offence(document: JsonObject, part: str = "") -> str:
    """
    Say where a badge is not as 1EdTech's schema wants it, and why; "" where it is.

    Args:
        document: The badge.
        part: What of the schema it is, where it is no badge: `EndorsementCredential`.

    A second status list is W3C's, and the operator has asked for it: only the first is looked at.
    """
    statuses = as_list(document.get(STATUS))
    if len(statuses) > 1:
        document = {**document, STATUS: statuses[0]}
    return first_error(_validator(part), document)
