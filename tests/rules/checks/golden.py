"""Files of authors with one mistake each, put into a good pack, and what `check` says of them."""

import os
import shutil
from pathlib import Path

import msgspec
from sqlalchemy import insert

from adapters.checking import check_packs
from adapters.holders import check_holders
from adapters.settings.source import load_settings
from adapters.store import schema
from adapters.store.store import open_store
from adapters.telling.show import show_problems
from rules.profiles import PROFILES, Profile

ROOT = Path(__file__).resolve().parents[3]
PACKS = ROOT / "rules" / "packs"
BASE = "data-literacy"
ENDORSEMENTS = ROOT / "tests" / "rules" / "endorsements"
"""What an agency has signed about the credential data-repair, and what it has not."""

REWRITE = os.environ.get("REWRITE_GOLDEN") == "1"
"""`REWRITE_GOLDEN=1 pytest …` writes the expected outputs anew; they are then read by eye."""

NOTHING_TESTS_IT = "W501"


def place_of(name: str) -> str:
    """Say where in the pack a file of the tests goes, by its name."""
    if name.endswith(".pack.yaml"):
        return "pack.yaml"
    if name.endswith(".scenarios.yaml"):
        return name.replace(".scenarios.yaml", ".test.yaml")
    if name.endswith(".md"):
        return f"messages/{name}"
    return name


def _copy_packs(folder: Path) -> None:
    for pack in (BASE, "shared"):
        shutil.copytree(PACKS / pack, folder / pack)
    shutil.copytree(ENDORSEMENTS, folder / BASE / "endorsements")


def said_of_packs(case: Path, folder: Path, *, hide: tuple[str, ...] = ()) -> str:
    """
    Lay a folder of whole packs over the packs data-literacy and shared, and check what it has.

    Args:
        case: A folder of folders; a file in it takes the place of the pack's own of that name.
        folder: An empty folder that is the current one.
        hide: Codes that are left out.
    """
    _copy_packs(folder)
    shutil.copytree(case, folder, dirs_exist_ok=True)
    checked = check_packs([Path(pack.name) for pack in sorted(case.iterdir())])
    shown = [problem for problem in checked.problems if problem.code not in hide]
    return show_problems(shown, checked.texts) + "\n" if shown else ""


def said_of(text: str, inside: str, folder: Path, *, hide: tuple[str, ...] = ()) -> str:
    """
    Put a file into a copy of the pack data-literacy and give what `check` shows.

    Args:
        text: The file's content.
        inside: Its place in the pack; pack.yaml takes the place of the pack's own, and the
            pack then has no other files. A template of a certificate is named in pack.yaml.
        folder: An empty folder that is the current one.
        hide: Codes that are left out.
    """
    _copy_packs(folder)
    if inside == "pack.yaml":
        shutil.rmtree(folder / BASE)
    path = folder / BASE / inside
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    if path.suffix == ".typ":
        with (folder / BASE / "pack.yaml").open("a") as pack:
            pack.write(f"certificates:\n  {path.stem}: {{template: {inside}}}\n")
    checked = check_packs([Path(BASE)])
    shown = [problem for problem in checked.problems if problem.code not in hide]
    return show_problems(shown, checked.texts) + "\n" if shown else ""


def said_of_profile(text: str, inside: str, folder: Path) -> str:
    """Give what the European profile says of the credentials in one file."""
    _copy_packs(folder)
    path = folder / BASE / inside
    path.write_text(text, encoding="utf-8")
    checked = check_packs([Path(BASE)])
    found = PROFILES[Profile.EUROPEAN](checked.reading)
    own = [problem for problem in found if problem.span.file.endswith(f"/{inside}")]
    return show_problems(own, checked.texts) + "\n" if own else ""


def said_of_settings(text: str, folder: Path, code: str) -> str:
    """Give what is shown of a config.toml; for C105 the environment has a slip too."""
    path = Path("config.toml")
    (folder / path).write_text(text, encoding="utf-8")
    environ = {"MILEPOST_MIAL__MODE": "live"} if code == "C105" else {}
    _, problems = load_settings(path, environ)
    return show_problems(problems, {str(path): text.split("\n")}) + "\n" if problems else ""


def said_of_holders(pack: str, credential: str, folder: Path) -> str:
    """Give what `--database` adds where one learner holds a credential and pack.yaml is all."""
    (folder / BASE).mkdir()
    (folder / BASE / "pack.yaml").write_text(pack, encoding="utf-8")
    url = f"sqlite:///{folder}/milepost.db"
    store = open_store(url)
    store.migrate()
    with store.write() as connection:
        row = {"learner": "ada", "credential": credential, "number": 1, "at": 0}
        row |= {"evidence": msgspec.msgpack.encode(()), "ended_by": "", "fingerprint": "f"}
        connection.execute(insert(schema.awards).values(row))
    store.close()
    checked = check_packs([Path(BASE)])
    return show_problems(check_holders(checked.reading, url), checked.texts) + "\n"
