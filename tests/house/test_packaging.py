"""
What is in the wheel, and what it must never write beside other people's packages.

`rules`, `adapters` and `notifications` are names of well-known distributions. In the
tree ours are plain packages; the wheel hides them in one private folder, and
`milepost.py` puts that folder first on the path. So nothing that we depend on may
want one of those names for itself.
"""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("engine", "rules", "notifications", "adapters")

WHERE_THE_COMMAND_IS_FROM = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import milepost
sys.argv = ["milepost", "--help"]
try:
    milepost.main()
finally:
    rooms = {name: sys.modules.get(name) for name in ("engine", "rules", "adapters")}
    print("milepost", milepost.__file__)
    for name, room in rooms.items():
        print(name, room and room.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(built)


@pytest.fixture(scope="module")
def packed(wheel: Path) -> frozenset[str]:
    """List the wheel's files."""
    with ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


def project() -> dict[str, object]:
    """Read the project's table of pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        table = tomllib.load(file)["project"]
    assert isinstance(table, dict)
    return table


def written(requirements: list[str]) -> dict[str, str]:
    """Write requirements alike: name to what is asked of it."""
    parsed = [Requirement(line) for line in requirements]
    return {
        re.sub(r"[-_.]+", "-", one.name).lower(): (
            f"{sorted(one.extras)} {one.specifier} ; {one.marker}"
        )
        for one in parsed
    }


def in_the_tree() -> frozenset[str]:
    """List what the four folders hold, as the wheel would name it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *ROOMS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return frozenset(f"_milepost/{name}" for name in listed if (ROOT / name).is_file())


def test_top_level(packed: frozenset[str]) -> None:
    """The wheel writes its front door, one private folder and its own metadata, nothing else."""
    top = {name.partition("/")[0] for name in packed}
    version = project()["version"]

    assert {"milepost.py", "_milepost", f"milepost-{version}.dist-info"} == top


def test_nothing_is_left_behind(packed: frozenset[str]) -> None:
    """All that the four folders hold is packed: code, rule packs, schema, templates, migrations."""
    inside = {name for name in packed if name.startswith("_milepost/")}

    assert in_the_tree() | {"_milepost/config.toml"} == inside


def test_the_command_of_a_wheel_runs_its_own_code(wheel: Path, tmp_path: Path) -> None:
    """Unpacked anywhere, the front door opens the rooms of its own wheel."""
    unpacked = tmp_path / "site"
    with ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    finished = subprocess.run(
        [sys.executable, "-I", "-c", WHERE_THE_COMMAND_IS_FROM, str(unpacked)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    said = dict(line.split(" ", 1) for line in finished.stdout.splitlines()[-4:] if " " in line)

    assert 0 == finished.returncode, finished.stderr
    assert str(unpacked / "milepost.py") == said["milepost"]
    assert str(unpacked / "_milepost" / "adapters" / "__init__.py") == said["adapters"]


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_else_has_the_name(room: str) -> None:
    """No distribution that we depend on brings a package of one of the four names."""
    others = set(packages_distributions().get(room, ())) - {"milepost"}

    assert set() == others


def test_installed_names_are_seen() -> None:
    """The test above would see a distribution: it sees one that is there."""
    assert "pytest" in packages_distributions()["pytest"]


def test_dependencies_are_those_of_the_lock() -> None:
    """What the wheel asks for is what requirements/runtime.in asks for."""
    lines = (ROOT / "requirements" / "runtime.in").read_text(encoding="utf-8").splitlines()
    asked = [line.partition("#")[0].strip() for line in lines]
    dependencies = project()["dependencies"]

    assert isinstance(dependencies, list)
    assert written([line for line in asked if line]) == written(dependencies)


@pytest.mark.parametrize("name", ["runtime.in", "runtime.txt", "dev.in", "dev.txt", "build.txt"])
def test_no_registry_is_named(name: str) -> None:
    """Where packages come from is the machine's affair: requirements name no address."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")

    assert [] == re.findall(r"(?i)\S*://\S*|^-i.*|.*index-url.*|.*find-links.*", text)
