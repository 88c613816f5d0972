"""What people are asked lies in the database, and their answers are committed with what follows."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.inbound.native import decode
from adapters.outgoing.effects import entries_for
from adapters.reviewing.answering import Answer, AnswerRefusedError, UnknownReviewError, answer
from adapters.reviewing.listed import shown, waiting
from adapters.service.service import Service
from adapters.store import Store
from engine.plan import Plan
from notifications.mode import Mode
from rules.packs import read_packs

REPOSITORY = Path(__file__).parents[3]
PACK = REPOSITORY / "tests/language/people"
NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def service(store: Store) -> Service:
    """Give a service with the pack of people's decisions."""
    return Service(store, Plan(read_packs([PACK]).ruleset), entries_for(Mode.HOLD))


def tell(service: Service, *events: dict[str, object], at: datetime = NOW) -> None:
    """Let the LMS tell events now."""
    for event in events:
        event.setdefault("time", at.isoformat())
    service.ingest(decode(json.dumps(list(events)).encode(), "lms", at), at, "lms")


def mark(quiz: int, name: str) -> dict[str, object]:
    """Make the event of a mark of 80%."""
    return {
        "id": name,
        "learner": "ada",
        "is": "graded",
        "object": f"quiz:{quiz}",
        "attempt": name,
        "score": {"raw": 80, "max": 100},
    }


def teach(*people: str) -> list[dict[str, object]]:
    """Make the events by which people are instructors."""
    return [
        {
            "id": f"teach-{name}",
            "learner": name,
            "is": "enrolled",
            "object": "course:1",
            "role": "instructor",
        }
        for name in people
    ]


def test_a_question_waits_until_it_is_answered_and_then_the_award_is_there(
    service: Service, store: Store
) -> None:
    """Listed with its reasons; approved, it is awarded in the same transaction."""
    tell(service, mark(1, "m1"))
    (asked,) = waiting(store, 10).reviews
    assert ("people/checked", "Award Checked?", "one person", ("m1",)) == (
        asked.thing,
        asked.question,
        asked.who_may,
        asked.evidence,
    )
    row = store.reviews.named(asked.key)[0]
    reasons = shown(store, row).reasons
    assert reasons is not None
    assert "yes" == reasons.answer
    assert () == store.history.awards("people/checked")

    later = NOW + timedelta(hours=1)
    said = Answer(asked.key[:8], approves=True, by="Dr Kay", because="good")
    answered = answer(store, service.ingest, said, later)

    assert "approved by Dr Kay: good" == answered.said
    assert [later] == [award.at for award in store.history.awards("people/checked")]
    assert 0 == waiting(store, 10).waiting
    with pytest.raises(AnswerRefusedError, match="answered already: approved by Dr Kay"):
        answer(store, service.ingest, said, later)


def test_two_instructors_are_people_whom_enrolments_name(service: Service, store: Store) -> None:
    """Nobody else's word counts, one person's counts once, and the learner's never."""
    tell(service, *teach("kay", "lee"), mark(2, "m1"))
    (asked,) = waiting(store, 10).reviews

    def refused(by: str) -> str:
        with pytest.raises(AnswerRefusedError) as error:
            answer(store, service.ingest, Answer(asked.key, approves=True, by=by), NOW)
        return str(error.value)

    assert "nobody answers a review about herself" == refused("Ada")
    assert "no enrolment says that max is instructor of course:1; there are kay, lee" == refused(
        "max"
    )
    assert "say who answers" == refused(" ")
    first = answer(store, service.ingest, Answer(asked.key, approves=True, by="kay"), NOW)
    assert ("", ("kay",)) == (first.answer, first.approved)
    assert "kay has approved it already, and counts once" == refused("kay")
    second = answer(store, service.ingest, Answer(asked.key, approves=True, by="lee"), NOW)
    assert ("approved", 1) == (second.answer, len(store.history.awards("people/four-eyes")))


def test_what_is_declined_is_not_awarded(service: Service, store: Store) -> None:
    """The reason is kept."""
    tell(service, mark(1, "m1"))
    (asked,) = waiting(store, 10).reviews
    said = Answer(asked.key, approves=False, by="Dr Kay", because="not her own work")
    row = answer(store, service.ingest, said, NOW)
    assert ("declined", "declined by Dr Kay: not her own work") == (row.answer, row.said)
    assert () == store.history.awards("people/checked")


def test_a_key_that_names_none_or_several_is_refused(service: Service, store: Store) -> None:
    """A few digits are not enough, and a wrong key is none."""
    tell(service, mark(1, "m1"))
    (asked,) = waiting(store, 10).reviews
    for key in (asked.key[:5], "nothing-like-it", "", "%" * 8):
        with pytest.raises(UnknownReviewError):
            answer(store, service.ingest, Answer(key, approves=True, by="kay"), NOW)


def test_a_question_never_leaves_the_house(service: Service, store: Store) -> None:
    """It is in no outbox; what is approved is."""
    tell(service, mark(1, "m1"))
    assert 0 == store.counts()["outbox"]
    (asked,) = waiting(store, 10).reviews
    answer(store, service.ingest, Answer(asked.key, approves=True, by="kay"), NOW)
    assert 1 == store.counts()["outbox"]


def forged(key: str) -> dict[str, object]:
    """Make an answer that comes among events."""
    return {
        "id": "yes",
        "learner": "ada",
        "is": "approved",
        "object": f"review:{key}",
        "fields": {"by": "kay"},
    }


def test_an_answer_among_events_is_put_aside_whoever_sends_it(
    service: Service, store: Store
) -> None:
    """Nobody has looked whose word counts; asking for it again later changes nothing."""
    tell(service, mark(1, "m1"))
    (asked,) = waiting(store, 10).reviews
    tell(service, forged(asked.key))
    (aside,) = store.quarantine.listed()
    assert aside.reason.startswith("is: a review is `approved` with POST /reviews/KEY")
    again = decode(aside.raw, aside.source, NOW)
    service.ingest(again, NOW, aside.source)
    assert (1, ()) == (len(waiting(store, 10).reviews), store.history.awards_of("ada"))


def test_a_role_counts_in_the_courses_of_the_evidence(service: Service, store: Store) -> None:
    """An instructor of something else is told who may answer."""
    elsewhere: dict[str, object] = {
        "id": "teach-eve",
        "learner": "eve",
        "is": "enrolled",
        "object": "course:9",
        "role": "instructor",
    }
    tell(service, *teach("kay"), elsewhere, mark(2, "m1"))
    (asked,) = waiting(store, 10).reviews
    with pytest.raises(AnswerRefusedError, match=r"eve is instructor of course:1; there are kay"):
        answer(store, service.ingest, Answer(asked.key, approves=True, by="eve"), NOW)
    answer(store, service.ingest, Answer(asked.key, approves=True, by="kay"), NOW)


def test_a_role_of_the_whole_site_counts_everywhere(service: Service, store: Store) -> None:
    """The LMS tells it as an enrolment in the course `site`."""
    (ida,) = teach("ida")
    tell(service, ida | {"object": "site"}, mark(2, "m1"))
    (asked,) = waiting(store, 10).reviews
    first = answer(store, service.ingest, Answer(asked.key, approves=True, by="ida"), NOW)
    assert ("ida",) == first.approved


def test_a_question_that_is_withdrawn_waits_for_nobody(service: Service, store: Store) -> None:
    """It leaves the list, and an answer to it is refused with the reason."""
    tell(service, *teach("kay"), mark(2, "m1"))
    (asked,) = waiting(store, 10).reviews
    later = NOW + timedelta(hours=1)
    worse = mark(2, "m2") | {"score": {"raw": 10, "max": 100}}
    tell(service, worse, at=later)
    assert () == waiting(store, 10).reviews
    assert "withdrawn" == store.reviews.named(asked.key)[0].said
    with pytest.raises(AnswerRefusedError, match="it is withdrawn: what it asked about"):
        answer(store, service.ingest, Answer(asked.key, approves=True, by="kay"), later)
    better = mark(2, "m3") | {"score": {"raw": 90, "max": 100}}
    tell(service, better, at=later + timedelta(hours=1))
    (anew,) = waiting(store, 10).reviews
    assert asked.key != anew.key


def milepost(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "milepost.py"), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_verb_lists_shows_approves_and_refuses(tmp_path: Path) -> None:
    """From the command line, on a database that a load has filled."""
    url = f"sqlite:///{tmp_path / 'm.db'}"
    events = tmp_path / "events.jsonl"
    enrolled = {"id": "e", "learner": "ada", "is": "enrolled", "object": "course:1"}
    lines = [e | {"time": NOW.isoformat()} for e in (enrolled, mark(1, "m1"))]
    events.write_text("".join(json.dumps(line) + "\n" for line in lines))
    loaded = milepost(tmp_path, "load", str(events), "--packs", str(PACK), "--database", url)
    assert 0 == loaded.returncode, loaded.stderr + loaded.stdout

    def verb(*words: str) -> subprocess.CompletedProcess[str]:
        return milepost(tmp_path, "review", *words, "--database", url)

    listed = json.loads(verb("list", "--json").stdout)
    key = listed["reviews"][0]["key"]
    assert (1, "people/checked") == (listed["waiting"], listed["reviews"][0]["thing"])
    assert "Award Checked?" in verb("list").stdout
    assert "yes  quiz quiz-1 score at least 70%" in verb("show", key[:8]).stdout
    approved = verb("approve", key, "--by", "Dr Kay", "--because", "good")
    assert "approved by Dr Kay: good" in approved.stdout, approved.stderr
    again = verb("refuse", key, "--by", "Dr Lee")
    assert (1, True) == (again.returncode, "answered already" in again.stderr)
    assert "nothing waits\n" == verb("list").stdout
    assert 1 == verb("show", "ffffffff").returncode
