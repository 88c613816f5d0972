"""
What rules do about groups, cohorts and courses: the learner is put in or taken out.

The LMS is told to do it, and later says that it has; that echo is no news, and triggers
nothing a second time.
"""

from engine.events import Event, Word
from engine.happening import Happening
from engine.ledger import Enrolment, Membership
from engine.outcome import Effect, Kind
from engine.record import COHORT, ENROLLED, GROUP, LEARNER_ROLES, Placed, Record
from engine.run import Run

JOINING = frozenset({Word.JOINED, Word.LEFT})
ENROLLING = frozenset({Word.ENROLLED, Word.UNENROLLED})
PUTS_IN = frozenset({Kind.GROUP, Kind.COHORT})


def change_membership(run: Run, effect: Effect, chain: tuple[str, ...]) -> None:
    """Put the learner in a group or cohort or out of it; rules may listen to that."""
    record = run.outcome.record
    ledger = record.ledger
    in_group = effect.kind in (Kind.GROUP, Kind.UNGROUP)
    key = (GROUP if in_group else COHORT) + effect.target
    joins = effect.kind in PUTS_IN
    firing = effect.key.partition(".")[0]
    known = ledger.membership(key)
    was = known.member if known else record.is_on(key)
    before = (known.member, known.at) if known else None
    if known is not None and known.firing == firing:
        before = known.was  # what it was before this firing's own turns
    did = Membership(joins, run.now, firing, before)
    (ledger.groups if in_group else ledger.cohorts)[effect.target] = did
    run.touched.add(key)
    if was is not joins:
        word = Word.JOINED if joins else Word.LEFT
        keys = (key, "*group" if in_group else "*cohort")
        run.followed.append(_followed(run, effect, keys, key, effect.course, word, chain))


def change_enrolment(run: Run, effect: Effect, chain: tuple[str, ...]) -> None:
    """Enrol the learner in a course or take her out of it, as known from now on."""
    record = run.outcome.record
    runs = run.plan.course_keys[effect.target]
    inside = [key for key in runs if record.enrolled_since(key, run.now) is not None]
    if effect.kind is Kind.UNENROL:
        for course in inside:
            _enrol(run, effect, chain, course, enrols=False)
    elif not inside:
        course = run.plan.names.run_at(effect.target, run.now, run.plan.clocks)
        _enrol(run, effect, chain, course, enrols=True)


def _enrol(run: Run, effect: Effect, chain: tuple[str, ...], course: str, *, enrols: bool) -> None:
    record = run.outcome.record
    firing = effect.key.partition(".")[0]
    decided = record.ledger.enrolments.setdefault(course, [])
    decided.append(Enrolment(run.now, firing, enrols))
    run.touched.add(course)
    run.presence = True
    word = Word.ENROLLED if enrols else Word.UNENROLLED
    run.followed.append(_followed(run, effect, (course, "*course"), course, course, word, chain))


def _followed(
    run: Run,
    effect: Effect,
    keys: tuple[str, ...],
    thing: str,
    course: str,
    word: Word,
    chain: tuple[str, ...],
) -> Happening:
    return Happening(
        keys,
        effect.key,
        run.now,
        run.now,
        course,
        thing,
        frozenset({word}),
        chain=chain,
    )


def is_echo(record: Record, event: Event, placed: Placed) -> bool:
    """Say whether an event, folded already, only tells what a rule has done before it."""
    key = placed.object
    if event.word in JOINING:
        did = record.ledger.membership(key)
        decided = None if did is None else (did.member, did.at)
    elif event.word in ENROLLING and (not event.role or event.role in LEARNER_ROLES):
        turns = record.ledger.enrolments.get(key)
        decided = (turns[-1].on, turns[-1].at) if turns else None
        key = ENROLLED + key
    else:
        return False
    on = event.word in (Word.JOINED, Word.ENROLLED)
    if decided is None or event.undone or decided[0] is not on:
        return False
    later = [change for change in record.changes.get(key, ()) if change.at >= decided[1]]
    return [change.id for change in later] == [event.id]
