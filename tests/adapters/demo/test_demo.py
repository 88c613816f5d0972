"""`milepost demo` as a newcomer runs it: a real term, and a table that says the truth."""

import json
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest

from tests.adapters.load.milepost import Milepost, environment

SPEED = "1200000"
"""Three times as fast as shown to people: the term takes ten seconds."""


@pytest.fixture
def milepost(tmp_path: Path) -> Milepost:
    """Give the program in a folder of the test's own."""
    return Milepost(tmp_path)


def ask(database: Path, statement: str) -> dict[str, int]:
    """Ask a database for names with numbers."""
    with closing(sqlite3.connect(database)) as connection:
        return {str(name): int(number) for name, number in connection.execute(statement)}


def test_the_demo_ends_with_numbers_that_are_the_databases(milepost: Milepost) -> None:
    """Every message once, every call done once, and nothing left behind."""
    words = ("demo", "--once", "--learners", "20", "--speed", SPEED, "--port", "0")
    ran = milepost(*words, "--dir", milepost.folder / "var", "--json")
    assert 0 == ran.code, ran.err
    report = json.loads(ran.out)
    counted = report["counted"]
    database = milepost.folder / "var" / "demo.db"
    awards = ask(database, "SELECT credential, count(*) FROM awards GROUP BY credential")
    assert awards == counted["credentials"]
    assert len(awards) == 3
    sent = ask(database, "SELECT kind, count(*) FROM outbox WHERE status = 'sent' GROUP BY kind")
    assert sent["email"] == sum(counted["messages"].values()) == report["mail_taken"]
    assert sent["webhook"] == sum(counted["calls"].values()) == report["calls_done"]
    did = ask(database, "SELECT did, count(*) FROM decisions GROUP BY did")
    assert {name: did.get(name, 0) for name in counted["held_back"]} == counted["held_back"]
    assert (0, 2) == (report["mail_copies"], counted["quarantined"])
    files = list((milepost.folder / "var" / "mail").glob("*.eml"))
    ids = Counter(message_from_bytes(path.read_bytes())["Message-ID"] for path in files)
    assert len(files) == len(ids) == report["mail_taken"]
    assert 0 < min(len(files), report["calls_done"], counted["held_back"]["deferred"])
    quiet = {name for name in counted["outbox"] if not name.endswith(" sent")}
    assert quiet <= {"email suppressed"}
    assert {"data-literacy/nudge-quiet-learner", "data-literacy/sampling-failed"} <= set(
        counted["messages"]
    )


def test_the_demo_stays_up_and_its_commands_work(milepost: Milepost) -> None:
    """The next free port is taken and printed, and Ctrl-C ends everything that was started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = subprocess.Popen(
            milepost.words("demo", "--learners", "8", "--speed", SPEED, "--port", str(port)),
            cwd=milepost.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        out: list[str] = []
        try:
            assert process.stdout is not None
            for line in process.stdout:
                out.append(line.rstrip("\n"))
                if "webbrowser" in line:
                    break
            table = "\n".join(out)
            for heading in ("Credentials earned", "Messages written, by rule", "Put aside"):
                assert heading in table
            explain, paper, read, look = [
                line.strip() for line in out[out.index("Try next:") :] if line.startswith("    ")
            ]
            found = re.fullmatch(r".+ -m webbrowser (http://127\.0\.0\.1:(\d+)/)", look)
            assert found is not None
            assert port < int(found[2])
            assert 200 == httpx.get(found[1]).status_code
            message = shlex.split(read)
            assert "cat" == message[0]
            assert "Subject: " in (milepost.folder / message[1]).read_text()
            export, verify = paper.split(" && ")
            assert 0 == milepost(*shlex.split(export)[1:]).code
            assert "It is genuine." in milepost(*shlex.split(verify)[1:]).out
            assert ["milepost", "explain"] == shlex.split(explain)[:2]
            assert "--database" in explain
            answer = milepost(*shlex.split(explain)[1:], "--json")
            assert 0 == answer.code, answer.err
            assert {"yes", "no", "unknown"} >= {str(answer.json["answer"])}
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
    assert (0, True) == (process.returncode, "Stopped." in err), err
    with pytest.raises(httpx.TransportError):
        httpx.get(found[1])


def test_a_demo_that_cannot_start_says_why(milepost: Milepost) -> None:
    """A folder that is none: one sentence, exit 1, no traceback."""
    (milepost.folder / "var").write_text("a file")
    ran = milepost("demo", "--once", "--dir", milepost.folder / "var", "--port", "0")
    assert (1, False) == (ran.code, "Traceback" in ran.err), ran.err
