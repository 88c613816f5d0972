"""
Lays the pages out for the site: what GitHub shows as files becomes pages, and links follow.

The pages are written to be read where they lie, so they link to files beside `docs/` too: the
README, the settings, a folder of rules. A site knows pages only. Nothing is fetched, and what a
page says is not changed, but for its links and the words that open its blocks.
"""

import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HERE = DOCS / "site"
BESIDE = {
    "README.md": "about.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "config.toml": "settings.md",
    "docs/decisions/README.md": "decisions.md",  # a folder's index would be no line of the menu
}
"""Pages of the site that stand elsewhere than in `docs/`, each with its name there."""
FENCED = re.compile(r"^(?P<indent> *)```.*?^(?P=indent)```$", re.MULTILINE | re.DOTALL)
OPENED = re.compile(r"^( *)```(\w+) (\S.*)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?P<heading>#[^)\s]*)?\)")
WORKER = Path("assets/iframe-worker.js")
WORKER_ELSEWHERE = "https://unpkg.com/iframe-worker/shim"
"""What lets a page that is read from a folder search: fetched, if nothing is done."""
FETCHES = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^\s\"'>]+"
    r"|<link\b(?![^>]*rel=[\"']?(?:canonical|next|prev))[^>]*href=[\"']?(?:https?:)?//[^\s\"'>]+"
    r"|@import\s+[^;]*//[^;]+|url\([\"']?(?:https?:)?//[^)]+\)"
)
LANGUAGES = {"toml": "toml", "yaml": "yaml", "py": "python", "sh": "bash", "jsonl": "json"}


def place_of(file: Path) -> Path:
    """Give where a file of the repository stands among the site's pages."""
    inside = file.relative_to(ROOT).as_posix()
    if file.is_dir():
        return Path("files", inside, "index.md")
    if inside in BESIDE:
        return Path(BESIDE[inside])
    if file == DOCS / "README.md":
        return Path("index.md")
    if DOCS in file.parents and file.suffix == ".md":
        return file.relative_to(DOCS)
    return Path("files", inside if file.suffix == ".md" else f"{inside}.md")


def linked(file: Path, text: str) -> tuple[str, list[Path]]:
    """
    Turn the links of a page into those of the site.

    Returns:
        The text, and the files outside `docs/` that it leads to, which need a page.
    """
    here = place_of(file).parent
    wanted: list[Path] = []

    def turned(found: re.Match[str]) -> str:
        if not found["path"]:
            return found[0]
        target = (file.parent / unquote(found["path"])).resolve()
        if (target / "README.md").is_file():
            target /= "README.md"
        if not target.exists():
            return f"]({found['path']})"  # the build says that it is broken
        wanted.append(target)
        way = os.path.relpath(place_of(target), here)
        return f"]({way}{found['heading'] or ''})"

    pieces: list[str] = []
    end = 0
    for block in FENCED.finditer(text):
        pieces += (LINK.sub(turned, text[end : block.start()]), block[0])
        end = block.end()
    pieces.append(LINK.sub(turned, text[end:]))
    return "".join(pieces), wanted


def opened(text: str) -> str:
    """Turn `yaml FILE` and `console stays` over a block into titles, as the site writes them."""
    return OPENED.sub(
        lambda found: (
            f'{found[1]}```{found[2]} title="'
            f'{"in a second terminal" if found[3] == "stays" else found[3]}"'
        ),
        text,
    )


def page_of(file: Path) -> tuple[str, list[Path]]:
    """Give a file, or the rules in a folder, as a page, and the files that it leads to."""
    title = file.relative_to(ROOT).as_posix()
    if file.is_dir():
        parts = sorted(part for part in file.iterdir() if part.suffix == ".yaml")
        return f"# {title}\n\n" + "".join(f"## {p.name}\n\n{_shown(p)}\n" for p in parts), []
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        page, wanted = linked(file, text)
        return opened(page), wanted
    return f"# {title}\n\n{_shown(file)}", []


def _shown(file: Path) -> str:
    """Give a file as a block."""
    language = LANGUAGES.get(file.suffix.removeprefix("."), "text")
    return f"````{language}\n{file.read_text(encoding='utf-8').rstrip()}\n````\n"


def stage(out: Path) -> tuple[Path, ...]:
    """
    Lay out every page and what the pages lead to, in an empty folder.

    Returns:
        The pages, below `pages` in that folder.
    """
    shutil.rmtree(out, ignore_errors=True)
    pages = out / "pages"
    waiting = sorted(DOCS.rglob("*.md")) + [ROOT / name for name in BESIDE]
    laid: dict[Path, Path] = {}
    while waiting:
        file = waiting.pop()
        if file in laid or _is_part_of_a_pack(file):
            continue
        text, wanted = page_of(file)
        laid[file] = pages / place_of(file)
        laid[file].parent.mkdir(parents=True, exist_ok=True)
        laid[file].write_text(text, encoding="utf-8")
        waiting += wanted
    shutil.copy(HERE / "zensical.toml", out)
    shutil.copy(HERE / "site.css", pages)
    return tuple(sorted(laid.values()))


def _is_part_of_a_pack(file: Path) -> bool:
    return any((folder / "pack.yaml").is_file() for folder in file.parents if file.is_file())


def finish(site: Path) -> list[str]:
    """
    Give a built site its own copy of what it would fetch, and look whether all is there.

    Returns:
        What is still fetched from elsewhere.
    """
    shutil.copy(HERE / WORKER.name, site / WORKER)
    for page in site.rglob("*.html"):
        way = os.path.relpath(site / WORKER, page.parent)
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(WORKER_ELSEWHERE, way), encoding="utf-8")
    return fetched(site)


def fetched(site: Path) -> list[str]:
    """Name what the pages of a built site would fetch from elsewhere; a link is not fetched."""
    return [
        f"{file.relative_to(site)}: {found}"
        for file in sorted(site.rglob("*"))
        if file.suffix in {".html", ".css"}
        for found in FETCHES.findall(file.read_text(encoding="utf-8"))
    ]


def main(words: list[str]) -> int:
    """`stage.py lay FOLDER` lays the pages out; `stage.py finish SITE` is for what was built."""
    verb, folder = words[0], Path(words[1])
    if verb == "lay":
        stage(folder)
        return 0
    wrong = finish(folder)
    if wrong:
        sys.stderr.write("The site would fetch from elsewhere:\n" + "\n".join(wrong) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
