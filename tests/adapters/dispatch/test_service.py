"""The way out of a real service: held and released, and a mail server that dies."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.demo.loop_thread import LoopThread
from adapters.store import open_store
from notifications.outbox import Kind, Status
from tests.adapters.dispatch.live_service import StartService
from tests.adapters.load.milepost import Milepost, Ran
from tests.notifications.smtp_server import Script, running


@contextmanager
def mail_server(script: Script) -> Iterator[dict[str, str]]:
    """Run a mail server on a thread; gives the environment by which a service finds it."""
    thread = LoopThread("smtp")
    server = running(script)
    port = thread.run(server.__aenter__())
    try:
        yield {
            "MILEPOST_SMTP__HOST": "127.0.0.1",
            "MILEPOST_SMTP__PORT": str(port),
            "MILEPOST_SMTP__TLS": "none",
        }
    finally:
        thread.run(server.__aexit__(None, None, None))
        thread.close()


def outbox(milepost: Milepost, *words: str) -> Ran:
    """Ask or tell the outbox something."""
    return milepost("outbox", *words, "--database", milepost.database, "--json")


def number(milepost: Milepost, status: Status, kind: Kind = Kind.EMAIL) -> int:
    """Count rows."""
    store = open_store(milepost.database)
    try:
        return store.outbox.counts().get((kind, status), 0)
    finally:
        store.close()


def test_a_server_that_dies_in_data_gets_no_second_copy(
    milepost: Milepost, serve: StartService
) -> None:
    """The message that it may have taken is listed as in doubt; the next one goes."""
    script = Script(data=["cut"])
    with mail_server(script) as environ:
        service = serve("--mail-mode", "live", environ=environ)
        service.fails_the_quiz("ada")
        service.until(lambda: number(milepost, Status.IN_DOUBT) == 1)
        service.fails_the_quiz("ben")
        service.until(lambda: number(milepost, Status.SENT) == 1)
        service.stop()
        to = [recipient for _, recipient, _ in script.messages]
    assert ["ada@learner.example", "ben@learner.example"] == to
    listed = milepost("outbox", "list", "--database", milepost.database)
    assert "email in_doubt  ada to ada@learner.example" in listed.out


def test_what_is_held_leaves_only_when_a_person_says_so(
    milepost: Milepost, serve: StartService
) -> None:
    """Held by default, shown as it would be, still held in another mode, then released."""
    mail = {"MILEPOST_MAIL__FOLDER": str(milepost.folder / "mail")}
    service = serve(environ=mail)
    service.fails_the_quiz("ada")
    service.until(lambda: number(milepost, Status.HELD) == 1)
    service.until(lambda: number(milepost, Status.HELD, Kind.WEBHOOK) == 2)  # no address for them
    listed = outbox(milepost, "list", "--status", "held").json
    assert {"email": {"held": 1}, "webhook": {"held": 2}} == listed["counts"]
    rows = listed["rows"]
    assert isinstance(rows, list)
    (held,) = [row["id"] for row in rows if row["kind"] == "email"]
    shown = milepost("outbox", "show", str(held), "--database", milepost.database)
    assert (0, True, True) == (
        shown.code,
        "not written yet" in shown.out,
        "To: Ada <ada@learner.example>" in shown.out,
    )
    service.stop()
    service = serve("--mail-mode", "folder", environ=mail)
    service.fails_the_quiz("ben")
    service.until(lambda: number(milepost, Status.SENT) == 1)
    assert 1 == number(milepost, Status.HELD)
    assert {"queued": 1} == outbox(milepost, "release", str(held)).json
    service.until(lambda: number(milepost, Status.SENT) == 2)
    assert 2 == len(list((milepost.folder / "mail").glob("*.eml")))
    sent = outbox(milepost, "show", str(held)).json
    assert (True, True) == (sent["frozen"], "Message-ID: " in str(sent["content"]))
    assert 1 == outbox(milepost, "release", str(held)).code
    assert 2 == outbox(milepost, "release").code
    assert 2 == outbox(milepost, "list", "--status", "hold").code
