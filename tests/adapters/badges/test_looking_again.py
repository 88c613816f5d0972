"""Badges from elsewhere, looked at again: an issuer on a real socket whose lists change."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import msgspec
import pytest

from adapters.badges.accepting import NotAcceptedError, Reception, name_of
from adapters.badges.exporting import Format
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.looking_again import SOONEST, SPREAD, SURE_AFTER, Watch
from adapters.badges.taking_back import lift, revoke, suspend
from adapters.badges.verifying.sources import Web
from adapters.cli import main
from adapters.clock import machine_now
from adapters.running.running import Running
from adapters.store.badges import BadgeRow
from adapters.store.outside import OutsideRow, Standing
from adapters.verbs.credential import OutsideDocument
from engine.calendar import instant
from tests.adapters.badges.case import ADA, EMAIL, RULES, START, URL, House, settings_for

OUTSIDE = """\
  statistician:
    title: Statistician
    describes: Has shown statistics elsewhere.
    requires:
      - activity: outside
        is: completed
    if evidence falls: {falls}
"""


@dataclass
class College:
    """Another issuer, whose own web server answers on this machine; `is_up` is its cable."""

    house: House
    is_up: bool = True
    asked: int = 0

    def answer(self, path: str) -> bytes | None:
        """Give what it publishes, None where nothing is or the cable is out."""
        self.asked += 1
        found = self.house.office.publication.at(path) if self.is_up else None
        return None if found is None else found.body


@pytest.fixture
def college(tmp_path: Path) -> Iterator[College]:
    """Give the other issuer, where Ada has earned something."""
    found: list[College] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = found[0].answer(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    folder, url = tmp_path / "college", f"http://127.0.0.1:{server.server_port}"
    running = Running(settings_for(folder, f"sqlite:///{folder / 'milepost.db'}", url))
    found.append(College(House(running)))
    found[0].house.earns_all()
    Thread(target=server.serve_forever, daemon=True).start()
    yield found[0]
    server.shutdown()
    server.server_close()
    running.close()


@pytest.fixture
def theirs(college: College) -> BadgeRow:
    """Give what Ada has from there."""
    return college.house.office.registrar.badge(ADA, "sampler")


def counts(house: House, folder: Path, badge: BadgeRow, falls: str = "revoke") -> House:
    """Let a rule of ours count the other's badge, and let Ada bring it."""
    name = name_of(msgspec.json.decode(badge.document, type=JsonObject))
    pack = folder / "packs" / "p"
    declared = f'  outside: {{lms: "{name}", kind: activity, title: Statistics elsewhere}}\n'
    (pack / "pack.yaml").write_text((pack / "pack.yaml").read_text() + declared)
    (pack / "rules.yaml").write_text(RULES + OUTSIDE.format(falls=falls))
    house.running.rules.look()
    assert () == house.running.rules.refused
    house.happens(ADA, START, **{"is": "profile", "fields": {"name": "Ada", "email": EMAIL}})
    bring(house, badge.document)
    return house


def bring(house: House, data: bytes, now: datetime | None = None) -> None:
    """Let Ada bring a badge."""
    service = house.running.service
    at = now or house.running.now()
    Reception(house.office.store, service.ingest, service.plan, Web(), machine_now(), at).accept(
        ADA, data
    )


def watch(house: House, later: timedelta = timedelta(0)) -> Watch:
    """Give the watch of a house, some time later on the machine's clock."""
    return replace(house.running.watch, sources=Web(), machine=lambda: machine_now() + later)


def kept(house: House) -> OutsideRow:
    """Give the one badge that was brought."""
    (row,) = house.office.store.outside.all()
    return row


def held(house: House) -> tuple[bool, str]:
    """Say whether our own award is held, and if not, why."""
    record = house.office.store.record_of(ADA)
    assert record is not None
    (award,) = record.ledger.awards["p/statistician"]
    return not award.ended, award.because


DAY = SOONEST + SPREAD


def test_a_badge_that_is_revoked_elsewhere_counts_no_more(
    house: House, tmp_path: Path, college: College, theirs: BadgeRow
) -> None:
    """Its bit is set in the issuer's list; ours falls as its author says, with the reason kept."""
    counts(house, tmp_path, theirs)
    assert (True, "") == held(house)
    theirs_running = college.house.running
    revoke(
        theirs_running.store,
        theirs_running.service.ingest,
        theirs,
        "dean",
        "not her own",
        theirs_running.now(),
    )
    assert 0 == watch(house).look_at_due()
    assert 1 == watch(house, DAY).look_at_due()
    assert (Standing.FALLEN, "its issuer has revoked or suspended it") == (
        kept(house).state,
        kept(house).because,
    )
    assert not held(house)[0]
    said = [dict(each.fields).get("because") for each in house.office.store.events_of(ADA)]
    assert "its issuer has revoked or suspended it" in said


def test_a_suspended_one_counts_again_when_that_is_lifted(
    house: House, tmp_path: Path, college: College, theirs: BadgeRow
) -> None:
    """The same award is restored; and whatever is looked at twice changes nothing."""
    counts(house, tmp_path, theirs)
    suspend(college.house.office.store, theirs, "fees", START)
    later = DAY
    assert 1 == watch(house, later).look_at_due()
    assert (False, Standing.FALLEN) == (held(house)[0], kept(house).state)
    lift(college.house.office.store, theirs)
    for _ in range(2):
        later += DAY
        assert 1 == watch(house, later).look_at_due()
        assert (True, Standing.GOOD, 2) == (held(house)[0], kept(house).state, kept(house).turns)


@pytest.mark.parametrize(("falls", "expected"), [("keep", True), ("review", True)])
def test_the_author_says_what_falls_with_it(
    small_house: House,
    tmp_path: Path,
    college: College,
    theirs: BadgeRow,
    falls: str,
    expected: bool,
) -> None:
    """`keep` keeps the award, and `review` asks a person."""
    counts(small_house, tmp_path, theirs, falls)
    suspend(college.house.office.store, theirs, "fees", START)
    watch(small_house, DAY).look_at_due()
    assert (Standing.FALLEN, expected) == (kept(small_house).state, held(small_house)[0])
    asked = small_house.running.reviews().reviews
    assert (["p/statistician"] if falls == "review" else []) == [each.thing for each in asked]


def test_an_issuer_that_can_t_be_reached_changes_nothing(
    small_house: House, tmp_path: Path, college: College, theirs: BadgeRow
) -> None:
    """It is noted, however often; and the first answer that comes clears the note."""
    counts(small_house, tmp_path, theirs)
    suspend(college.house.office.store, theirs, "fees", START)
    college.is_up = False
    for day in range(1, SURE_AFTER + 1):
        assert 1 == watch(small_house, day * DAY).look_at_due()
        row = kept(small_house)
        assert (Standing.GOOD, True) == (row.state, held(small_house)[0])
        assert row.doubt.endswith("answered 404")
    college.is_up = True
    watch(small_house, (SURE_AFTER + 1) * DAY).look_at_due()
    assert (Standing.FALLEN, "") == (kept(small_house).state, kept(small_house).doubt)


def test_one_that_is_over_counts_no_more(
    small_house: House, tmp_path: Path, theirs: BadgeRow, college: College
) -> None:
    """Its own last day has passed, for which nobody needs to be reached."""
    counts(small_house, tmp_path, theirs)
    college.is_up = False
    watch(small_house, timedelta(days=4 * 365)).look_at_due()
    assert (Standing.FALLEN, True) == (
        kept(small_house).state,
        kept(small_house).because.startswith("it expired on 20"),
    )


def test_a_key_that_is_gone_is_believed_after_three_looks(
    small_house: House, tmp_path: Path, theirs: BadgeRow, college: College
) -> None:
    """One look may have met a web server in the middle of a change."""
    counts(small_house, tmp_path, theirs)
    store = college.house.office.store
    for key in store.badges.all_keys():
        store.badges.retire_key(key.id, machine_now(), compromised=True)
    college.house.office.ensure_keys()
    states = []
    for day in range(1, SURE_AFTER + 1):
        watch(small_house, day * DAY).look_at_due()
        states.append(kept(small_house).state)
    assert [Standing.GOOD] * (SURE_AFTER - 1) + [Standing.FALLEN] == states
    assert "among the keys that sign for it" in kept(small_house).because


def test_brought_again_it_counts_again(
    small_house: House, tmp_path: Path, theirs: BadgeRow, college: College
) -> None:
    """Who doesn't want to wait for the next day brings it; while it is not good nobody can."""
    counts(small_house, tmp_path, theirs)
    suspend(college.house.office.store, theirs, "fees", START)
    watch(small_house, DAY).look_at_due()
    with pytest.raises(NotAcceptedError, match="its issuer has revoked or suspended it"):
        bring(small_house, theirs.document)
    lift(college.house.office.store, theirs)
    bring(small_house, theirs.document)
    assert (Standing.GOOD, True) == (kept(small_house).state, held(small_house)[0])


def test_a_look_is_one_process_s(
    house: House, tmp_path: Path, theirs: BadgeRow, college: College
) -> None:
    """Two that find the same badge due ask its issuer once; the next look is in about a day."""
    counts(house, tmp_path, theirs)
    store, row = house.office.store, kept(house)
    assert SOONEST <= instant(row.next_look) - instant(row.brought) <= SOONEST + SPREAD
    assert store.outside.claim(row, row.next_look + 1)
    assert not store.outside.claim(row, row.next_look + 2)
    before = college.asked
    assert (1, 0) == (watch(house, DAY).look_at_due(), watch(house, DAY).look_at_due())
    assert 0 < college.asked - before < 6


@pytest.mark.parametrize("form", [Format.JWT, Format.PNG])
def test_only_the_badge_itself_is_kept(
    small_house: House, tmp_path: Path, theirs: BadgeRow, college: College, form: Format
) -> None:
    """Not the picture that it came in; a token stays one, since it is what was signed."""
    counts(small_house, tmp_path, theirs)
    bring(small_house, college.house.office.exporter().exported(theirs, form))
    row = kept(small_house)
    assert row.data.startswith(b"ey" if form is Format.JWT else b"{")
    watch(small_house, DAY).look_at_due()
    assert ("", Standing.GOOD) == (kept(small_house).doubt, kept(small_house).state)


def test_the_schedule_looks(small_house: House) -> None:
    """What the service does by itself has it in its table, and without badges asks nobody."""
    assert 0 == small_house.running.look_again()


def test_a_list_that_is_out_of_date_changes_nothing(
    small_house: House, tmp_path: Path, theirs: BadgeRow, college: College
) -> None:
    """An issuer that forgets to sign its list anew has not taken a badge back."""
    counts(small_house, tmp_path, theirs)
    for day in range(8, 8 + 2 * SURE_AFTER):
        watch(small_house, day * DAY).look_at_due()
    row = kept(small_house)
    assert (Standing.GOOD, True) == (row.state, "the status list is not good" in row.doubt)
    assert 0 < college.asked


def test_an_operator_sees_how_they_stand(
    small_house: House,
    tmp_path: Path,
    college: College,
    theirs: BadgeRow,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`credential outside` lists them, and `--look` asks their issuers at once."""
    (tmp_path / "config.toml").write_text(
        f'[rules]\npacks = "packs"\n[web]\npublic_url = "{URL}"\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILEPOST_ISSUER__SECRET", "the secret of a test")
    counts(small_house, tmp_path, theirs)
    url = f"sqlite:///{tmp_path / 'milepost.db'}"
    assert [("good", "")] == listed(url, capsys)
    suspend(college.house.office.store, theirs, "fees", START)
    assert [("fallen", "its issuer has revoked or suspended it")] == listed(url, capsys, "--look")
    assert not held(small_house)[0]
    main_says(["credential", "show", ADA, "statistician", "--database", url])
    assert "Statistician: revoked (evidence fell on 20" in capsys.readouterr().out


def listed(url: str, capsys: pytest.CaptureFixture[str], *more: str) -> list[tuple[str, str]]:
    """Give state and reason of each badge that is listed."""
    main_says(["credential", "outside", "--json", "--database", url, *more])
    found = msgspec.json.decode(capsys.readouterr().out, type=OutsideDocument)
    return [(each.state, each.because) for each in found.badges]


def main_says(words: list[str]) -> None:
    """Run the command line, which ends well."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code in (None, 0)
