"""
`milepost demo`: a term of two hundred learners in half a minute, end to end.

The service, a mail server, something that stands for the LMS and a cohort that does what
learners do; all of it real, on this machine only.
"""

import shlex
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from adapters.demo.service_process import FIRST_PORT, NotStartedError, Place, free_port
from adapters.demo.summary import Summary, pick, table
from adapters.demo.term import BrokenOffError, Demonstration, Term
from adapters.packs import fail
from adapters.telling.progress import Progress

STACK = "data-literacy/data-literacy"
PART = "data-literacy/data-collection"
WHAT = (
    "why a learner has earned this, or what she lacks",
    "a certificate on paper, with the signed credential inside, and whether it is genuine",
    "one of the messages",
    "what the service says of itself",
)
"""What the commands at the end are for."""

PACK = Path("rules/packs/data-literacy")


class Report(msgspec.Struct, frozen=True):
    """What `--json` prints: the counts, what arrived at the other ends, and where to look."""

    counted: Summary
    mail_taken: int
    mail_copies: int
    calls_done: int
    calls_repeated: int
    seconds: float
    database: str
    next: tuple[str, ...]


def command(
    *,
    once: Annotated[bool, typer.Option("--once", help="End by itself after the table.")] = False,
    learners: Annotated[int, typer.Option("--learners", min=1, help="How many learners.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same cohort.")] = 1,
    speed: Annotated[
        float, typer.Option("--speed", min=1.0, help="Simulated seconds a second.")
    ] = 400_000.0,
    port: Annotated[int, typer.Option("--port", help="Where the service listens.")] = FIRST_PORT,
    folder: Annotated[Path, typer.Option("--dir", help="Where to write.")] = Path("var"),
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Live through a term with a synthetic cohort, and show what came of it."""
    signal.signal(signal.SIGTERM, _interrupted)
    place = Place(folder, _packs())
    try:
        port = free_port(port)
        _tell(f"A term of {learners:,} learners, on http://127.0.0.1:{port}/", quiet=json)
        with Demonstration(place, port, learners, seed, speed) as demonstration:
            with Progress("The term", quiet=json) as progress:
                term = demonstration.live_through(progress)
            if not once:
                demonstration.slow_down()
            _show(demonstration, place, term, as_json=json, once=once)
            if not once:
                _tell("The service stays up; Ctrl-C ends it.", quiet=json)
                demonstration.stay()
                fail(f"the service has ended; see {place.log}")
    except (BrokenOffError, NotStartedError, OSError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        _tell("Stopped.", quiet=json)


def _interrupted(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _packs() -> Path:
    """Give the example pack: that of this folder, or the one that Milepost comes with."""
    if PACK.is_dir():
        return PACK
    return Path(__file__).resolve().parents[2] / PACK


def _show(
    demonstration: Demonstration, place: Place, term: Term, *, as_json: bool, once: bool
) -> None:
    """Print the table, and what to try next."""
    following = _next(demonstration, place, once=once)
    if as_json:
        report = Report(
            term.counted,
            term.caught,
            term.copies,
            term.done,
            term.repeated,
            round(term.seconds, 1),
            str(place.database),
            following,
        )
        print(msgspec.json.encode(report).decode(), flush=True)  # noqa: T201 - the one document
        return
    lines = [
        "",
        f"The term is over; it took {term.seconds:.0f} seconds.",
        "",
        *table(term.counted),
        "At the other ends",
        f"  {term.caught:>7,}  messages caught, {term.copies:,} of them twice",
        f"  {term.done:>7,}  calls done by the LMS, {term.repeated:,} sent twice and done once",
        "",
        "Try next:",
        *(
            line
            for what, command in zip(WHAT, following, strict=True)
            for line in (f"  {what}:", f"    {command}")
        ),
        "",
    ]
    print("\n".join(lines), flush=True)  # noqa: T201 - the answer


def _next(demonstration: Demonstration, place: Place, *, once: bool) -> tuple[str, ...]:
    """Give commands that work when they are pasted, one for each of WHAT."""
    program = Path(sys.argv[0])
    has_path = program.parent != Path() and program.name == "milepost"
    milepost = _from_here(program) if has_path else "milepost"
    found = pick(demonstration.store, STACK)
    learner = found.learner if found else "LEARNER"
    name = found.message.partition("@")[0] if found else ""
    message = next(iter(sorted(place.mail.glob(f"*-{name}.eml"))), None) or next(
        iter(sorted(place.mail.glob("*.eml"))), place.mail
    )
    database = f"sqlite:///{place.database}"
    explain = (
        *(milepost, "explain", learner, "data-literacy"),
        *("--database", database, "--pack", str(place.packs)),
    )
    # After --once the page is gone when this is read.
    look = (
        (milepost, "outbox", "list", "--database", database)
        if once
        else (_from_here(Path(sys.executable)), "-m", "webbrowser", f"{demonstration.base}/")
    )
    held = [row for row in demonstration.store.history.awards(PART) if row.ended is None]
    holder = held[0].learner if held else "LEARNER"
    paper = str(place.mail.parent / "certificate.pdf")
    certificate = (
        *(milepost, "credential", "export", holder, PART, "--format", "pdf"),
        *("--out", paper, "--database", database),
    )
    return (
        shlex.join(explain),
        f"{shlex.join(certificate)} && {shlex.join((milepost, 'verify', paper))}",
        shlex.join(("cat" if message.is_file() else "ls", str(message))),
        shlex.join(look),
    )


def _from_here(path: Path) -> str:
    """Give a path as short as it can be typed in this folder."""
    absolute, here = path.absolute(), Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def _tell(line: str, *, quiet: bool) -> None:
    if not quiet:
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - not the answer itself
