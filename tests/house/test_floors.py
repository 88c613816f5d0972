"""
The floors of the house, held: who may import whom, and what the engine may know at all.

`.importlinter` says the contracts and why. It can only forbid what somebody thought
of, so here the engine's imports are held to a list of what is allowed as well.
"""

import subprocess
import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]

# The standard library as far as it computes, and msgspec for its values and their bytes.
ENGINE_MAY_IMPORT = frozenset(
    {
        "__future__",
        "abc",
        "bisect",
        "calendar",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "fractions",
        "functools",
        "graphlib",
        "hashlib",
        "heapq",
        "itertools",
        "json",
        "keyword",
        "math",
        "msgspec",
        "numbers",
        "operator",
        "re",
        "statistics",
        "string",
        "struct",
        "textwrap",
        "types",
        "typing",
        "unicodedata",
        "zoneinfo",
    }
)


def outside_imports(package: str) -> dict[str, set[str]]:
    """Say which modules outside the four folders each module of a folder imports."""
    graph = grimp.build_graph(package, include_external_packages=True, cache_dir=None)
    inside = graph.find_descendants(package) | {package}
    return {
        module: {
            imported.partition(".")[0]
            for imported in graph.find_modules_directly_imported_by(module)
            if imported not in inside
        }
        for module in inside
    }


def test_contracts_are_kept() -> None:
    """Every contract of .importlinter is kept."""
    linter = Path(sys.executable).parent / "lint-imports"
    finished = subprocess.run(
        [linter, "--config", ROOT / ".importlinter", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == finished.returncode, finished.stdout + finished.stderr


def test_engine_imports_what_computes() -> None:
    """The engine imports the standard library as far as it computes, and msgspec."""
    imports = outside_imports("engine")
    strangers = {
        module: imported - ENGINE_MAY_IMPORT
        for module, imported in imports.items()
        if imported - ENGINE_MAY_IMPORT
    }

    assert {} == strangers


def test_the_graph_sees_the_engine() -> None:
    """The test above looked at the engine's real modules, not at an empty graph."""
    imports = outside_imports("engine")
    files = {path.stem for path in (ROOT / "engine").glob("*.py")} - {"__init__"}

    assert {f"engine.{name}" for name in files} | {"engine"} == {
        module for module in imports if module.count(".") <= 1
    }
    assert any("dataclasses" in imported for imported in imports.values())
