"""What a JSON Schema finds wrong with a document, in one line."""

from jsonschema_rs import Draft201909Validator

from adapters.badges.jsonvalue import JsonObject


def first_error(validator: Draft201909Validator, document: JsonObject) -> str:
    """Say where a document is not as a schema wants it, and why; "" where it is."""
    error = next(validator.iter_errors(document), None)
    if error is None:
        return ""
    place = "/".join(map(str, error.instance_path))
    return f"/{place}: {error.message[:300]}"
