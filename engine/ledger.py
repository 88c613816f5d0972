"""
What has been decided about one learner: the memory that keeps a rule from acting twice.

It holds the awards, what is open or locked, messages that wait, and the instants at which
the learner must be looked at again. Facts live in the record's fold; this is what followed
from them, in the order in which it was decided.
"""

from fractions import Fraction
from typing import TypeVar

import msgspec

from engine.calendar import Micros

WITHDRAWN = "withdrawn"
"""How an award ends that was made before earlier evidence came: it was never earned."""

HELD = "held"
EXPIRED, REVOKED = "expired", "revoked"
"""How an award ends by its own terms, and by a person."""

FELL = "fell"
"""How an award ends whose evidence was taken away; it is revoked until the evidence is back."""

PART = "part expired"
"""How a stack ends with a part of it: it is expired."""

STATE_OF = {"": HELD, FELL: REVOKED, PART: EXPIRED}
"""What an author calls what an award has come to, where the ledger's word is another."""


class Award(msgspec.Struct, array_like=True):
    """
    One award of a credential.

    Attributes:
        at: When it was awarded.
        evidence: Ids of the events that met the criteria.
        expires: When it expires, None if never.
        ended: When it expired or was revoked, None while it is held.
        ended_by: EXPIRED, REVOKED, FELL, PART or WITHDRAWN, "" while it is held.
        because: Why a person revoked it.
        since: Only later evidence counted for it, None where all did.
        renewed: When it was renewed, in order.
        restored: When it last came back after its evidence had fallen, None if never.
        granted: The id of the event by which a person awarded it, "" where its evidence did.
    """

    at: Micros
    evidence: tuple[str, ...] = ()
    expires: Micros | None = None
    ended: Micros | None = None
    ended_by: str = ""
    because: str = ""
    since: Micros | None = None
    renewed: tuple[Micros, ...] = ()
    restored: Micros | None = None
    granted: str = ""

    @property
    def state(self) -> str:
        """Give what has become of it in an author's word: HELD, EXPIRED, REVOKED or WITHDRAWN."""
        return STATE_OF.get(self.ended_by, self.ended_by)

    @property
    def newest(self) -> Micros:
        """Give when it was last earned: awarded or renewed."""
        return self.renewed[-1] if self.renewed else self.at


class Occasion(msgspec.Struct, array_like=True, frozen=True):
    """
    What triggered a rule: enough to ask it again later, and to name the firing.

    Attributes:
        rule: The rule's full name.
        key: What makes the firing one thing: an attempt, an event's id, a spell's beginning.
        at: When the trigger happened.
        course: The LMS's name of the course, "" if there is none.
        object: The LMS's name of the object, or a derived key.
        attempt: The attempt, "" if none.
        event: The event's id, "" for a time trigger.
    """

    rule: str
    key: str
    at: Micros
    course: str = ""
    object: str = ""
    attempt: str = ""
    event: str = ""


class Opening(msgspec.Struct, array_like=True):
    """Whether an activity is open, since when, by which firing, and what it was before that."""

    open: bool
    at: Micros
    firing: str
    was: tuple[bool, Micros] | None = None


class Membership(msgspec.Struct, array_like=True):
    """Whether a rule put the learner in a group or out, when, which firing, and what was before."""

    member: bool
    at: Micros
    firing: str
    was: tuple[bool, Micros] | None = None


class Enrolment(msgspec.Struct, array_like=True, frozen=True):
    """A rule's enrolling (`on`) or unenrolling, and by which firing."""

    at: Micros
    firing: str
    on: bool


class Kept(msgspec.Struct, array_like=True):
    """
    What a rule gave while its `if` is true (`while: yes`).

    Attributes:
        occasion: What triggered the rule.
        firing: Which firing gave it.
        given: Whether it is given now, or taken back.
        turns: How often it was taken back or given again; makes the effects' keys.
    """

    occasion: Occasion
    firing: str
    given: bool = True
    turns: int = 0


class Item(msgspec.Struct, array_like=True):
    """
    An e-mail that waits for a digest.

    Attributes:
        number: Of the action in its rule.
        until: When the digest was to go, by this item's own limits.
        fired_already: Whether its firing was counted before.
    """

    occasion: Occasion
    firing: str
    number: int
    until: Micros
    fired_already: bool


class Review(msgspec.Struct, array_like=True):
    """
    A question to a person.

    Attributes:
        kind: What its answer decides: see reviewing.Asks.
        thing: The rule or credential that asks; a draft's name begins with `draft `.
        text: The question.
        at: When it was asked.
        people: How many different people must approve.
        role: Whose word counts, "" for anybody's.
        occasion: What triggered the rule; None for a credential's.
        evidence: Ids of events, for an award.
        answer: `approved` or `declined` once that has been acted on, `withdrawn` where what asked
            was undone, "" before.
        settled: When it was answered, None before.
        courses: The LMS's names of the courses in which the role counts, () for any.
    """

    kind: str
    thing: str
    text: str
    at: Micros
    people: int = 1
    role: str = ""
    occasion: Occasion | None = None
    evidence: tuple[str, ...] = ()
    answer: str = ""
    settled: Micros | None = None
    courses: tuple[str, ...] = ()


class Offer(msgspec.Struct, array_like=True):
    """
    Several activities of which the learner may pick one.

    Attributes:
        rule: The full name of the rule that offers them.
        activities: By full names.
        at: From when a choice counts: when the rule was triggered.
        course: The trigger's canonical course, "" if none.
        chosen: Which is chosen now, "" while none is.
        earlier: The firings of the rule's offers before this one, whose choices this one may close.
        turns: How often the choice has changed; makes the effects' keys.
    """

    rule: str
    activities: tuple[str, ...]
    at: Micros
    course: str = ""
    chosen: str = ""
    earlier: tuple[str, ...] = ()
    turns: int = 0


class Announced(msgspec.Struct, array_like=True, frozen=True):
    """An event that a rule has made: when, its id (the effect's key), and in which course."""

    at: Micros
    id: str
    course: str = ""


class Walked(msgspec.Struct, array_like=True, frozen=True):
    """
    How far a learner has come on a pathway.

    Attributes:
        done: Required steps that are done.
        total: Required steps.
        completed: When all were done for the first time.
        begun: When the first was.
    """

    done: int = 0
    total: int = 0
    completed: Micros | None = None
    begun: Micros | None = None

    @property
    def share(self) -> Fraction:
        """Give the share of the required steps that are done."""
        return Fraction(self.done, self.total) if self.total else Fraction(0)


class Deferred(msgspec.Struct, array_like=True):
    """A message that waits for the end of quiet hours."""

    occasion: Occasion
    until: Micros
    firing: str
    fired_already: bool


class Spell(msgspec.Struct, array_like=True):
    """The last spell or instant that a time trigger was asked about, and when it was asked."""

    begins: Micros
    asked: Micros


class Sent(msgspec.Struct, array_like=True, frozen=True):
    """A message of a rule that counts for its gap and cap."""

    at: Micros
    course: str
    firing: str


class Ledger(msgspec.Struct, array_like=True):
    """
    Everything decided about one learner.

    Attributes:
        awards: By credential, in order.
        levels: By skill, the name of the level reached.
        openings: By activity.
        groups: By group, what rules did.
        triggered: By rule, the attempts that have triggered it.
        sent: By rule, its messages that count.
        capped: By rule and course, the spell or enrolment whose capping was reported.
        deferred: By rule and course, the one message that waits.
        waiting: By timer, what a rule with `after` waits for.
        spells: By rule and course.
        timers: When to look again, by timer.
        cohorts: By cohort, what rules did.
        enrolments: By course, what rules did, in order.
        kept: By rule and course, what a rule gave while its `if` is true.
        pathways: By pathway that rules or credentials ask about.
        digests: By digest, the e-mails that wait for it, in order.
        reviews: By key, what people were asked, in order.
        offers: By the effect that made it, what the learner may pick from.
        announced: By the key of an event noun, what rules have announced, in order.
    """

    awards: dict[str, list[Award]] = {}
    levels: dict[str, str] = {}
    openings: dict[str, Opening] = {}
    groups: dict[str, Membership] = {}
    triggered: dict[str, list[str]] = {}
    sent: dict[str, list[Sent]] = {}
    capped: dict[str, str] = {}
    deferred: dict[str, Deferred] = {}
    waiting: dict[str, Occasion] = {}
    spells: dict[str, Spell] = {}
    timers: dict[str, Micros] = {}
    cohorts: dict[str, Membership] = {}
    enrolments: dict[str, list[Enrolment]] = {}
    kept: dict[str, Kept] = {}
    digests: dict[str, list[Item]] = {}
    reviews: dict[str, Review] = {}
    offers: dict[str, Offer] = {}
    announced: dict[str, list[Announced]] = {}
    pathways: dict[str, Walked] = {}

    def rename(self, old: str, new: str) -> bool:
        """Give what is remembered of a rule or credential to its new name; say whether it was."""
        moved = [
            _move(self.awards, old, new),
            _move(self.triggered, old, new),
            _move(self.sent, old, new),
            _move_places(self.capped, old, new),
            _move_places(self.deferred, old, new),
            _move_places(self.spells, old, new),
            _move_places(self.kept, old, new),
        ]
        waiting: list[Deferred | Kept | Item] = [*self.deferred.values(), *self.kept.values()]
        waiting += [item for items in self.digests.values() for item in items]
        for each in waiting:
            if each.occasion.rule == old:
                each.occasion = msgspec.structs.replace(each.occasion, rule=new)
                moved.append(True)
        for timer, occasion in list(self.waiting.items()):
            if occasion.rule == old:
                del self.waiting[timer]
                moved.append(True)
                self.waiting[timer_renamed(timer, old, new)] = msgspec.structs.replace(
                    occasion, rule=new
                )
        for review in self.reviews.values():
            if review.thing == old:
                review.thing = new
                if review.occasion is not None:
                    review.occasion = msgspec.structs.replace(review.occasion, rule=new)
                moved.append(True)
        for offer in self.offers.values():
            if offer.rule == old:
                offer.rule = new
                moved.append(True)
        return any(moved)

    def membership(self, key: str) -> Membership | None:
        """Give what rules did about a group or cohort, by its key (`group X`, `cohort X`)."""
        kind, _, name = key.partition(" ")
        return (self.cohorts if kind == "cohort" else self.groups).get(name)

    def give_back(self, firing: str) -> bool:
        """Let a message that never goes count for no gap and cap; say whether it did count."""
        found = False
        for rule, slots in self.sent.items():
            left = [slot for slot in slots if slot.firing != firing]
            if len(left) < len(slots):
                self.sent[rule], found = left, True
        return found

    def held(self, credential: str) -> Award | None:
        """Give the award of a credential that is held now, None if none is."""
        awards = self.awards.get(credential)
        return awards[-1] if awards and awards[-1].ended is None else None


def timer_renamed(timer: str, old: str, new: str) -> str:
    """Give a timer's key under a rule's new name; as it is where it is of another one."""
    what, _, rest = timer.partition(" ")
    if what in OF_RULES and rest.startswith((f"{old}@", f"{old}#")):
        return f"{what} {new}{rest.removeprefix(old)}"
    return timer


OF_RULES = frozenset({"rule", "defer", "after"})
"""What the timers of rules begin with; the rule's name follows."""

T = TypeVar("T")


def _move(memory: dict[str, T], old: str, new: str) -> bool:
    if old not in memory or new in memory:
        return False
    memory[new] = memory.pop(old)
    return True


def _move_places(places: dict[str, T], old: str, new: str) -> bool:
    moved = False
    for place in [key for key in places if key.startswith(f"{old}@")]:
        moved |= _move(places, place, new + place.removeprefix(old))
    return moved
