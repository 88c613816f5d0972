"""
JSON Schemas (draft 7) of pack.yaml, rule files and test files, made from the vocabulary.

Editors complete and underline with them while an author types; what they can't know (names,
meaning) is `check`'s. The files under rules/schema/ are compared with this in CI.
"""

import json
from pathlib import Path

from rules.frameworks import Frameworks, by_code
from rules.phrases.phrases import TEXT, Phrase
from rules.scenario_rows import BLANK
from rules.vocabulary import words_at
from rules.words.condition import IS
from rules.words.said import IS_WORDS
from rules.words.word import Expects, Place, Status, Word

FILLED = frozenset({Place.STEP, Place.SEEN, Place.REVOCATION, Place.GRANT, Place.EXPECTATION})
"""Blocks whose texts may hold blanks, which the rows of `each` fill."""

A_BLANK: dict[str, "Json"] = {"type": "string", "pattern": BLANK.pattern}

Json = dict[str, "Json"] | list["Json"] | str | bool | int

FOLDER = Path(__file__).parent / "schema"
"""Where the schemas lie in a checkout and in an installation."""

FILES = {
    "pack.schema.json": (Place.PACK, "pack.yaml of Milepost"),
    "rules.schema.json": (Place.FILE, "A rule file of Milepost"),
    "tests.schema.json": (Place.TESTS, "A test file of Milepost"),
}


def schemas() -> dict[str, str]:
    """Give the text of each schema by its file name."""
    return {
        name: json.dumps(_schema(place, title), indent=2, ensure_ascii=False) + "\n"
        for name, (place, title) in FILES.items()
    }


def with_names(text: str, frameworks: Frameworks) -> str:
    """
    Give a schema in which `aligns` is completed with the names of imported frameworks.

    Any other text is right as well; what a name stands for is shown beside it.
    """
    schema = json.loads(text)
    names: list[Json] = [
        {
            "const": f"{name}/{code}",
            "title": item.title,
            "description": item.statement or item.title,
        }
        for name, framework in frameworks.known.items()
        for code, item in by_code(framework).items()
    ]
    for definition in schema["definitions"].values():
        for key, value in definition.get("properties", {}).items():
            if key == "aligns":
                one: Json = {"anyOf": [*names, {"type": "string"}]}
                told = {k: v for k, v in value.items() if k in ("title", "description")}
                value.clear()
                value.update(told)
                value["anyOf"] = [one, {"type": "array", "items": one}]
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def stale(folder: Path = FOLDER) -> tuple[str, ...]:
    """Give the names of the schemas that differ from what they would be, or are missing."""
    differing = []
    for name, text in schemas().items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            differing.append(name)
    return tuple(differing)


def write(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Write the schemas into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in schemas().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return tuple(written)


def _schema(place: Place, title: str) -> Json:
    inner: dict[Place, Json] = {}
    root = _block(place, inner)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        **root,
        "definitions": {_name(where): inner[where] for where in sorted(inner)},
    }


def _name(place: Place) -> str:
    return place.name.lower()


def _reference(place: Place, inner: dict[Place, Json]) -> Json:
    if place not in inner:
        inner[place] = {}
        inner[place] = _block(place, inner)
    return {"$ref": f"#/definitions/{_name(place)}"}


def _block(place: Place, inner: dict[Place, Json]) -> dict[str, Json]:
    words = [word for word in words_at(place).values() if word.status is Status.BUILT]
    properties: dict[str, Json] = {
        word.key: _word(word, inner) for word in words if not word.pattern
    }
    patterns: dict[str, Json] = {
        f"^{word.pattern}$": _word(word, inner) for word in words if word.pattern
    }
    required: list[Json] = [word.key for word in words if word.required]
    block: dict[str, Json] = {"type": "object", "properties": properties}
    if patterns:
        block["patternProperties"] = patterns
    if required and place is Place.RULE:
        # What a pattern says need not stand in a rule that follows it.
        block["anyOf"] = [{"required": required}, {"required": ["follows"]}]
    elif required:
        block["required"] = required
    block["additionalProperties"] = False
    return block


def _word(word: Word, inner: dict[Place, Json]) -> Json:
    example = f"\n\n{word.example}" if word.example else ""
    ways = _ways(word.expects, inner)
    if word.place in FILLED and word.expects.phrase is not TEXT:
        ways.append(A_BLANK)
    if len(ways) == 1 and "$ref" not in ways[0]:
        return {"description": f"{word.help}{example}", **ways[0]}
    return {"description": f"{word.help}{example}", "anyOf": list(ways)}


def _ways(expects: Expects, inner: dict[Place, Json]) -> list[dict[str, Json]]:
    """Give what may follow a word, each way apart."""
    ways: list[dict[str, Json]] = []
    if expects.free:
        return [{}]
    if expects.phrase is IS:
        said = {row.word for row in IS_WORDS if row.status is Status.BUILT}
        words: list[Json] = [*sorted(said)]
        ways.append({"enum": words})
        if expects.items:
            ways.append(_text(expects.phrase))
    elif expects.phrase:
        ways.append(_text(expects.phrase))
    if expects.block:
        reference = _reference(expects.block, inner)
        ways.append(reference if isinstance(reference, dict) else {})
    if expects.items:
        ways.append({"type": "array", "minItems": 1, "items": _any_of(expects.items, inner)})
    if expects.named:
        block: dict[str, Json] = {"additionalProperties": _any_of(expects.named, inner)}
        if expects.keys:
            block["propertyNames"] = {"pattern": f"^{expects.keys.pattern}$"}
        ways.append({"type": "object", **block})
    return ways


def _any_of(expects: Expects, inner: dict[Place, Json]) -> Json:
    ways = _ways(expects, inner)
    return ways[0] if len(ways) == 1 else {"anyOf": list(ways)}


def _text(phrase: Phrase[object]) -> dict[str, Json]:
    """Give a phrase as a text; editors take `2025.1` for a number, which is as good here."""
    if phrase.choices:
        choices: list[Json] = list(phrase.choices)
        return {"enum": choices}
    pattern = phrase.pattern.replace(" ?", r"\s*").replace(" ", r"\s+")
    kinds: list[Json] = ["string", "number"]
    return {"type": kinds, "pattern": f"^{pattern}$"}
