"""
What a condition looks at: one learner's record, as known at one instant, on one clock.

Conditions that time alone can turn (in the last 7 days, enrolled for 14 days) note here
when they may next answer differently, so that nobody has to ask every day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.announced import with_announced
from engine.attempts import Attempt, attempts_of
from engine.calendar import Micros, at_wall, day_end, day_start, wall
from engine.dated import ByDate, Wanted
from engine.naming import Activity, PassMark
from engine.plan import Plan
from engine.record import Entry, Record, Trace
from engine.terms import ACTIVITY_NOUNS, Choice, Condition, Enrolments, Leaf, Noun, Which
from engine.values import Comparison
from engine.wording import when_shown

Known = dict[tuple[str, Micros, str, Micros | None, str, bool], list[Attempt]]

LAST = chr(0x10FFFF)
"""An id that comes after all others."""


@dataclass(slots=True)
class View:
    """
    One learner at one instant.

    Attributes:
        plan: The ruleset.
        record: The learner.
        now: The instant; later events are not known yet.
        still: How an award may have ended and count as held all the same: who looks back asks
            what was held once.
        dated: Whether awards count from when they were made, for who looks back at their order.
        amended: Whether what was taken back or marked anew is known from the beginning.
        last: At that very instant, the id after which events are not known yet.
        zone: The clock to decide by.
        pack: The pack whose author asks: its default attempt and names count.
        course: The trigger's canonical course, "" if none.
        thing: What a spell is of, where that is no course: `credential NAME`; "" for any.
        trigger_at: When the trigger happened, None outside rules.
        since: Earlier evidence does not count, None for all.
        current: Whether only the present enrolment counts, as rules see it; credentials and
            skills see all there is.
        leave_out: A firing whose own effects are left out.
        later: Instants after now at which an answer may change.
        telling: Whether verdicts are put into words; deciding alone needs none.
        known: Attempts put together already, shared by the views of one decision.
    """

    plan: Plan
    record: Record
    now: Micros
    zone: ZoneInfo
    pack: str
    course: str = ""
    thing: str = ""
    trigger_at: Micros | None = None
    since: Micros | None = None
    current: bool = False
    still: frozenset[str] = frozenset()
    amended: bool = False
    dated: bool = False
    leave_out: str = ""
    later: list[Micros] = field(default_factory=list)
    telling: bool = True
    last: str = LAST
    known: Known = field(default_factory=dict)

    def at(self, now: Micros, last: str = LAST) -> "View":
        """Give the same view at another instant, after its event of an id."""
        return replace(self, now=now, last=last)

    def knows(self, entry: Entry) -> bool:
        """Say whether an event had happened by the view's instant."""
        if self.amended and entry.undone:
            return True
        return entry.at < self.now or (entry.at == self.now and entry.id <= self.last)

    def ask(self, condition: Condition) -> str:
        """Write a condition as its author would, "" where nobody is told."""
        return self.plan.asked(condition, self.pack, self.short) if self.telling else ""

    def when(self, at: Micros) -> str:
        """Write an instant on this view's clock, "" where nobody is told."""
        return when_shown(at, self.zone) if self.telling else ""

    def look_again(self, at: Micros) -> None:
        """Note an instant at which the answer may change."""
        if at > self.now:
            self.later.append(at)

    def enrolled_since(self, course: str) -> Micros | None:
        """Give the start of the present enrolment in a course, None where there is none."""
        return self.record.enrolled_since(course, self.now, self.leave_out)

    def short(self, name: str) -> str:
        """Give a name as this pack's author writes it."""
        pack, slash, rest = name.partition("/")
        return rest if slash and pack == self.pack else name

    def of_pack(self, pack: str) -> "View":
        """Give the same view as a pack's own author has it, outside any course."""
        if self.pack == pack and not self.course:
            return self
        return replace(self, pack=pack, course="")

    def within(self, enrolments: Enrolments | None) -> "View":
        """Give the same view over the enrolments that a condition asks for; None leaves it."""
        if enrolments is None or (enrolments is Enrolments.THIS) is self.current:
            return self
        return replace(self, current=enrolments is Enrolments.THIS)

    @property
    def choice(self) -> Which:
        """Give the attempt that this pack's conditions mean by default."""
        pack = self.plan.ruleset.packs.get(self.pack)
        return pack.attempt if pack else Choice.BEST

    # --- runs of a course ------------------------------------------------------------------

    def run_of(self, course: str) -> str:
        """
        Give the canonical course that a named one is for this learner: one of its runs.

        The trigger's own, else the one that she is in, else the one that she was in last.
        """
        keys = self.plan.course_keys.get(course, ("",))
        if len(keys) == 1:
            return keys[0]
        if self.course in keys:
            return self.course
        inside = [(at, key) for key in keys if (at := self.enrolled_since(key)) is not None]
        if inside:
            return max(inside)[1]
        left = [
            (change.at, key)
            for key in keys
            for change in self.record.enrolments(key, self.leave_out)
            if change.at <= self.now
        ]
        return max(left)[1] if left else keys[-1]

    def keys_of(self, activity: str) -> tuple[str, ...]:
        """Give what an activity is called where the evidence that counts may lie."""
        keys = self.plan.activity_keys[activity]
        if len(keys) == 1 or not self.current:
            return keys
        run = self.run_of(self.plan.ruleset.activities[activity].course)
        return tuple(key for key in keys if self.plan.course_of(key) in ("", run))

    def key_of(self, activity: str) -> str:
        """Give what an activity is called in the learner's run of its course."""
        keys = self.plan.activity_keys[activity]
        if len(keys) == 1:
            return keys[0]
        run = self.run_of(self.plan.ruleset.activities[activity].course)
        return next((key for key in keys if self.plan.course_of(key) == run), keys[-1])

    def key(self, leaf: Leaf) -> str:
        """Give the one key of what a leaf names, for this learner."""
        if leaf.noun in ACTIVITY_NOUNS and leaf.name in self.plan.activity_keys:
            return self.key_of(leaf.name)
        if leaf.noun is Noun.COURSE and leaf.name:
            return self.run_of(leaf.name)
        return self.plan.leaf_key(leaf)

    # --- values by date ------------------------------------------------------------------

    def evidence_day(self, at: Micros, pack: str = "") -> date:
        """Give the day of evidence, on the clock of its pack (this view's where none is said)."""
        return wall(at, self.plan.clocks.course_zone("", pack or self.pack)).date()

    def asked_at(self, wanted: Wanted, at: Micros) -> Comparison | None:
        """Give what a score must be for evidence of an instant, None where no date reaches it."""
        return wanted.at(self.evidence_day(at)) if isinstance(wanted, ByDate) else wanted

    # --- traces --------------------------------------------------------------------------

    def traces(self, leaf: Leaf) -> Iterator[tuple[str, Trace]]:
        """Yield the traces that a leaf speaks of, with their keys."""
        keys = self.plan.leaf_keys(leaf)
        if not keys[0].startswith("*"):
            if len(keys) > 1 and self.current:
                keys = self._of_run(leaf, keys)
            for key in keys:
                trace = self.record.traces.get(key)
                if key in self.record.ledger.announced:
                    trace = with_announced(trace, key, self.record, self.leave_out)
                if trace is not None:
                    yield key, trace
            return
        courses: tuple[str, ...] = ()
        if leaf.course:
            courses = self.plan.course_keys[leaf.course]
            if len(courses) > 1 and self.current:
                courses = (self.run_of(leaf.course),)
        for name in sorted(self.record.traces):
            trace = self.record.traces[name]
            if name.startswith("!") or (courses and trace.course not in courses):
                continue
            is_course = trace.kind == Noun.COURSE
            if leaf.noun is Noun.COURSE:
                if is_course:
                    yield name, trace
            elif not is_course and leaf.noun.value in (Noun.ACTIVITY.value, trace.kind):
                yield name, trace

    def _of_run(self, leaf: Leaf, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Give those keys of a leaf that are of the run that the learner is in."""
        if leaf.noun in ACTIVITY_NOUNS:
            return self.keys_of(leaf.name)
        if leaf.noun is Noun.COURSE:
            return (self.run_of(leaf.name),)
        ending = f"@{self.run_of(leaf.course)}"
        return tuple(key for key in keys if key.endswith(ending))

    def activity(self, leaf: Leaf, key: str) -> Activity | None:
        """Give what packs say of an object: under the leaf's own name first."""
        if leaf.noun in ACTIVITY_NOUNS and leaf.name:
            return self.plan.ruleset.activities[leaf.name]
        known = self.plan.activities_at.get(key)
        return known[0] if known else None

    def attempts(self, leaf: Leaf, leave_out: str = "") -> list[Attempt]:
        """Give the submitted attempts that a leaf speaks of, in order of beginning."""
        found: list[Attempt] = []
        several = 0
        for key, trace in self.traces(leaf):
            found += self.attempts_in(key, trace, self.activity(leaf, key), leave_out)
            several += 1
        submitted = [attempt for attempt in found if attempt.submitted]
        return sorted(submitted, key=lambda a: a.entries[0]) if several > 1 else submitted

    def attempts_in(
        self, key: str, trace: Trace, activity: Activity | None, leave_out: str = ""
    ) -> list[Attempt]:
        """Give all attempts at one object, as known now."""
        since = self.from_when(trace)
        asked = (key, self.now, self.last, since, leave_out, self.amended)
        known = self.known.get(asked)
        if known is None:
            known = self._put_together(key, trace, activity, since, leave_out)
            self.known[asked] = known
        return known

    def from_when(self, trace: Trace) -> Micros | None:
        """Give from when on evidence counts, None for all of it."""
        if not self.current or not trace.course:
            return self.since
        left = self.record.left_before(trace.course, self.now)
        if left is None or self.since is None:
            return self.since if left is None else left
        return max(self.since, left)

    def _put_together(
        self,
        key: str,
        trace: Trace,
        activity: Activity | None,
        since: Micros | None,
        leave_out: str,
    ) -> list[Attempt]:
        mark: PassMark | None = activity.pass_mark if activity else None
        owner = activity
        if mark is None:
            for other in self.plan.activities_at.get(key, ()):
                if mark is None:
                    mark, owner = other.pass_mark, other
        whole = trace.kind == Noun.COURSE
        entries = trace.entries
        if self.amended:
            begun = attempts_of(entries, None, since, leave_out, whole=whole)
            entries = [e for a in begun if self.knows(a.entries[0]) for e in a.entries]
        elif entries and not self.knows(entries[-1]):
            entries = [entry for entry in entries if self.knows(entry)]
        for course in self.plan.courses_at.get(key, ()) if whole else ():
            mark = course.pass_mark if mark is None else mark
        if not isinstance(mark, ByDate):
            return attempts_of(entries, mark, since, leave_out, whole=whole)
        found = attempts_of(entries, None, since, leave_out, whole=whole)
        pack = owner.id.partition("/")[0] if owner else ""
        for attempt in found:
            attempt.pass_mark = mark.at(self.evidence_day(attempt.handed_in, pack))
        return found

    def occurrences(self, trace: Trace, word: str) -> tuple[int, Micros, Micros, tuple[str, ...]]:
        """
        Say how often a word stands: (number, first, last, ids), (0, 0, 0, ()) if it does not.

        Where events are kept whole they are counted as known now; where they are only
        counted, as known at all.
        """
        whole = [e for e in trace.entries if e.word == word]
        if whole:
            return self._standing([e for e in whole if self.knows(e)], self.from_when(trace))
        tally = trace.tallies.get(word)
        if tally is None:
            return (0, 0, 0, ())
        if tally.number == 0 or tally.last[0] <= tally.undone or tally.first[0] > self.now:
            return (0, 0, 0, ())
        since = self.from_when(trace)
        if since is not None and tally.last[0] < since:
            return (0, 0, 0, ())
        ids = tuple(dict.fromkeys((tally.first[1], tally.last[1])))
        return (tally.number, tally.first[0], tally.last[0], ids)

    @staticmethod
    def _standing(
        entries: list[Entry], since: Micros | None
    ) -> tuple[int, Micros, Micros, tuple[str, ...]]:
        undone = max((e.at for e in entries if e.undone), default=-1)
        standing = [
            e
            for e in entries
            if not e.undone and e.at > undone and (since is None or e.at >= since)
        ]
        if not standing:
            return (0, 0, 0, ())
        attempts = {e.attempt or e.id for e in standing}
        ids = tuple(e.id for e in standing)
        return (len(attempts), standing[0].at, standing[-1].at, ids)

    def moment(self, day: date | datetime, *, end: bool = False) -> Micros:
        """Give the instant of a local day's start (or end) or of a local date and time."""
        if isinstance(day, datetime):
            return at_wall(day, self.zone)
        return day_end(day, self.zone) if end else day_start(day, self.zone)
