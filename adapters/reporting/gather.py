"""
A report gathered from a database: one pass over the records, and a few counts of decisions.

What learners lack is asked anew, by the rules in force and as of now: that is not written
anywhere. What rules did is counted where it was noted.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from adapters.reporting.funnel import Funnel
from adapters.reporting.report import (
    Besides,
    CredentialReport,
    Report,
    RuleReport,
    SkillReport,
    StuckOn,
)
from adapters.reporting.standing import Standing, Status, standings
from adapters.store.store import Store
from engine.actions import Email
from engine.calendar import Micros, instant
from engine.outcome import Did
from engine.plan import Plan
from engine.record import Record, decode_record
from engine.ruleset import Rule, State

Shown = Callable[[str], str]
"""Gives a full name as it is to be read."""

PAGE = 500
"""Learners read at once."""

_RECORDS = text(
    "SELECT learner, needs, blob FROM records WHERE learner > :after AND version > 0 "
    "ORDER BY learner LIMIT :limit"
)
_DECISIONS = text(
    "SELECT thing, did, draft, count(*), count(DISTINCT learner) FROM decisions "
    "WHERE at >= :since AND NOT again GROUP BY thing, did, draft"
)
_OUTBOX = text(
    "SELECT d.thing, o.kind, o.status, count(DISTINCT o.id) FROM outbox o JOIN ("
    "SELECT DISTINCT learner, firing, thing FROM decisions WHERE did IN ('fired', 'awarded') "
    "AND at >= :since) d ON d.learner = o.learner AND d.firing = substr(o.key, 1, 24) "
    "GROUP BY d.thing, o.kind, o.status"
)
_MAIL = text("SELECT status, count(*) AS number FROM outbox WHERE kind = 'email' GROUP BY status")


@dataclass(slots=True)
class Gathering:
    """
    A report under way: learners are added one by one.

    Attributes:
        keep: Told of each learner's standing in each credential.
    """

    plan: Plan
    now: Micros
    keep: Callable[[Standing], object] = lambda _: None
    learners: int = 0
    credentials: dict[str, CredentialReport] = field(default_factory=dict)
    levels: dict[str, Counter[str]] = field(default_factory=dict)
    stuck: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    funnels: dict[str, Funnel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with zeros for everything in the ruleset."""
        for name, credential in sorted(self.plan.ruleset.credentials.items()):
            state = credential.state.value
            self.credentials[name] = CredentialReport(credential.title, state)
            self.stuck[name] = Counter()
        self.funnels = {
            name: Funnel(self.plan, pathway)
            for name, pathway in sorted(self.plan.ruleset.pathways.items())
        }
        self.levels = {name: Counter() for name in sorted(self.plan.ruleset.skills)}

    def add(self, record: Record) -> None:
        """Add one learner."""
        self.learners += 1
        for found in standings(self.plan, record, self.now):
            self._count(found)
            self.keep(found)
        for funnel in self.funnels.values():
            funnel.add(record, self.now)
        for skill, level in record.ledger.levels.items():
            if skill in self.levels:
                self.levels[skill][level] += 1

    def _count(self, found: Standing) -> None:
        report = self.credentials[found.credential]
        report.earned += found.earned is not None
        match found.status:
            case Status.HELD:
                report.held += 1
            case Status.EXPIRED:
                report.expired += 1
            case Status.REVOKED:
                report.revoked += 1
            case Status.NEARLY:
                report.nearly += 1
            case Status.WAITS:
                report.waits += 1
            case Status.BEGUN:
                report.begun += 1
            case Status.NOT_BEGUN:
                report.not_begun += 1
                return
        for lack in found.lacks:
            self.stuck[found.credential][lack.asks, lack.place] += 1


def gather(store: Store, gathering: Gathering, since: Micros | None, shown: Shown) -> Report:
    """
    Gather a report from a database.

    Args:
        store: The database.
        gathering: Where learners are added.
        since: From when on decisions are counted, None for all.
        shown: Gives a full name as it is to be read.

    Raises:
        StoreBusy: The database can't say.
    """
    for record in _records(store, gathering.plan):
        gathering.add(record)
    from_when = -(2**62) if since is None else since
    with store.database.read() as connection:
        rules = _rules(connection, gathering.plan, from_when)
        mail = {row.status: row.number for row in connection.execute(_MAIL)}
    return Report(
        as_of=instant(gathering.now).isoformat(),
        since="" if since is None else instant(since).isoformat(),
        ruleset=gathering.plan.ruleset.fingerprint,
        learners=gathering.learners,
        credentials={
            shown(name): _with_stuck(report, gathering.stuck[name])
            for name, report in gathering.credentials.items()
        },
        rules={shown(name): rule for name, rule in rules.items()},
        skills={shown(name): report for name, report in _skills(gathering)},
        pathways={shown(name): funnel.report() for name, funnel in gathering.funnels.items()},
        messages=dict(sorted(mail.items())),
    )


def _with_stuck(report: CredentialReport, stuck: Counter[tuple[str, str]]) -> CredentialReport:
    report.stuck_on = [
        StuckOn(asks, place, number)
        for (asks, place), number in sorted(stuck.items(), key=lambda item: (-item[1], item[0]))
    ]
    return report


def _records(store: Store, plan: Plan) -> Iterator[Record]:
    """Yield all records, those that keep what was asked formerly folded anew."""
    after = ""
    while True:
        with store.database.read() as connection:
            rows = connection.execute(_RECORDS, {"after": after, "limit": PAGE}).all()
        for learner, needs, blob in rows:
            yield _record(store, plan, learner, needs, blob)
        if len(rows) < PAGE:
            return
        after = rows[-1][0]


def _record(store: Store, plan: Plan, learner: str, needs: str, blob: bytes) -> Record:
    stored = decode_record(blob)
    if needs == plan.needs_fingerprint:
        return stored
    record = Record(learner, ledger=stored.ledger)
    for event in store.events_of(learner):
        record.fold(event, plan.place(event))
    return record


def _rules(connection: Connection, plan: Plan, since: Micros) -> dict[str, RuleReport]:
    found = {
        name: RuleReport(rule.title, rule.state.value)
        for name, rule in sorted(plan.ruleset.rules.items())
    }
    for thing, did, draft, number, learners in connection.execute(_DECISIONS, {"since": since}):
        rule, report = plan.ruleset.rules.get(thing), found.get(thing)
        if rule is None or report is None:
            continue
        if bool(draft) is (rule.state is State.DRAFT):
            _note(report, rule, Did(did), number, learners, draft=draft)
        elif did == Did.FIRED:
            report.besides = Besides(number, learners)
    for thing, kind, status, number in connection.execute(_OUTBOX, {"since": since}):
        report = found.get(thing)
        if report is None:
            continue
        if kind == "email" and report.state != State.DRAFT.value:
            report.messages += number
        if status == "failed":
            report.failed += number
    return found


def _note(
    report: RuleReport, rule: Rule, did: Did, number: int, learners: int, *, draft: bool
) -> None:
    match did:
        case Did.FIRED:
            report.fired += number
            report.learners = learners
            if draft:
                letters = sum(isinstance(action, Email) for action in rule.then)
                report.messages += number * letters
        case Did.DEFERRED:
            report.deferred += number
        case Did.SUPPRESSED:
            report.suppressed += number
        case Did.CAPPED:
            report.capped += number
        case Did.UNDECIDED:
            report.undecided += number
        case _:
            pass


def _skills(gathering: Gathering) -> Iterator[tuple[str, SkillReport]]:
    for name, levels in gathering.levels.items():
        skill = gathering.plan.ruleset.skills[name]
        reached = {level.name: levels[level.name] for level in skill.levels}
        none = gathering.learners - sum(levels.values())
        yield name, SkillReport(skill.title, reached, none)
