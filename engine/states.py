"""
Since when a state has lasted: completed, not submitted, open, held, a member.

A spell of a state begins when it became so; for what has not happened yet that is when the
learner could first have done it: her enrolment or the course's start, whichever is later.
"""

from engine.calendar import Micros
from engine.events import Word
from engine.expiry import expiring_from
from engine.membership import membership
from engine.progress import completed_since
from engine.record import SUSPENDED
from engine.terms import ACTIVITY_NOUNS, EXPIRING, UNANSWERED, Leaf, Noun
from engine.threads import unanswered
from engine.view import View


def opening_of(key: str, view: View) -> tuple[bool, Micros | None]:
    """
    Say whether an activity is open to the learner, and since when.

    One that rules have neither opened nor closed is as the rules assume it: closed where a
    rule opens it and none closes it, else open; that has no beginning.
    """
    opening = view.record.ledger.openings.get(key)
    if opening is not None:
        left_out = bool(view.leave_out) and opening.firing == view.leave_out
        stands = opening.was if left_out else (opening.open, opening.at)
        if stands is not None:
            return stands
    return key not in view.plan.closed_at_first, None


def since_when(leaf: Leaf, view: View) -> Micros | None:
    """
    Say since when a leaf has been so, None where nobody knows.

    The leaf is asked only where it holds, without its `for`.
    """
    if leaf.noun in ACTIVITY_NOUNS or leaf.noun in (Noun.EVENT, Noun.LEARNER):
        return _thing(leaf, view)
    match leaf.noun:
        case Noun.COURSE:
            return _course(leaf, view)
        case Noun.CREDENTIAL:
            awards = view.record.ledger.awards.get(leaf.name)
            if not awards:
                return _could(view, view.course)
            award = awards[-1]
            if leaf.word == EXPIRING:
                return expiring_since(leaf, view)
            return award.at if award.ended is None else award.ended
        case Noun.PATHWAY:
            walked = view.record.ledger.pathways.get(leaf.name)
            if walked is None:
                return None
            return walked.completed if leaf.word == Word.COMPLETED else walked.begun
        case Noun.GROUP | Noun.COHORT:
            _, since = membership(view.plan.leaf_key(leaf), view)
            return since if since is not None else _could(view, view.course)
        case _:
            return None


def expiring_since(leaf: Leaf, view: View) -> Micros | None:
    """Give from when on a credential that is held is expiring, perhaps yet to come."""
    ledger = view.record.ledger
    found = []
    for name in [leaf.name] if leaf.name else sorted(ledger.awards):
        award = ledger.held(name)
        if award is not None and award.expires is not None and view.now < award.expires:
            zone = view.plan.clocks.course_zone("", name.partition("/")[0])
            known = view.plan.ruleset.credentials.get(name)
            found.append(max(expiring_from(known, award.expires, zone), award.newest))
    return min(found, default=None)


def _could(view: View, course: str) -> Micros | None:
    """Give when the learner could first do anything in a course."""
    if not course:
        return None
    enrolled = view.record.enrolled_since(course, view.now)
    if enrolled is None:
        return None
    starts = view.plan.clocks.course_start(course, view.pack)
    return enrolled if starts is None else max(enrolled, starts)


def _thing(leaf: Leaf, view: View) -> Micros | None:
    view = view.within(leaf.enrolments)
    key = view.key(leaf)
    if view.plan.members(leaf) is not None:
        since = completed_since(leaf, view)
        courses = view.plan.courses_of_leaf(leaf)
        course = view.course if view.course in courses or not courses else courses[0]
        return since or _could(view, course)
    if leaf.noun is Noun.LEARNER and leaf.word == Word.SUSPENDED:
        return view.record.since(SUSPENDED, view.now)
    if leaf.word in ("open", "locked"):
        _, since = opening_of(key, view)
        return since if since is not None else _could(view, view.plan.course_of(key) or view.course)
    if leaf.word == UNANSWERED:
        return min(unanswered(leaf, view), default=None)
    word = leaf.word.removeprefix("not ")
    if leaf.word.startswith("not "):
        undone = [
            e.at
            for _, trace in view.traces(leaf)
            for e in trace.entries
            if e.word in (word, Word.EXCUSED) and e.undone and view.knows(e)
        ]
        could = _could(view, view.plan.course_of(key) or view.course)
        return max([*undone, *([] if could is None else [could])], default=None)
    if word in (Word.SUBMITTED, Word.GRADED, Word.PASSED, Word.FAILED):
        return min((a.at for a in view.attempts(leaf) if a.has(word)), default=None)
    firsts = [
        first
        for _, trace in view.traces(leaf)
        for number, first, _, _ in [view.occurrences(trace, word)]
        if number
    ]
    return min(firsts, default=None)


def _course(leaf: Leaf, view: View) -> Micros | None:
    key = view.run_of(leaf.name) if leaf.name else view.course
    match leaf.word:
        case "enrolled":
            return view.record.enrolled_since(key, view.now)
        case "not enrolled":
            changes = [c.at for c in view.record.enrolments(key) if c.at <= view.now]
            return changes[-1] if changes else None
        case "open":
            return view.plan.clocks.course_start(key, view.pack)
        case "ended":
            return view.plan.clocks.course_end(key, view.pack)
        case _:
            return _thing(leaf, view)
