"""
Who gets a message: the learner herself, her mentor or manager, those with a role in the course.

A mentor or manager is whom the learner's profile names, else who has that role in the course.
Addresses are those of people's profiles. One message goes to one person: nobody reads in a
To or Cc line who else was told about a learner.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from engine.outcome import Effect
from engine.plan import Plan
from engine.record import Record
from notifications import address

LEARNER = "learner"
"""The word for the learner in `to`, `cc` and `reply to`."""

COPY = ">"
"""Parts an effect's key from the person that a copy goes to."""

PERSONAL = frozenset({"mentor", "manager"})
"""Roles that a learner's profile may fill for her alone; else those of the course count."""

StaffOf = Callable[[Collection[str], str], tuple[str, ...]]
"""Course names and a role to the people who have it, as learner ids."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """
    Somebody to write to.

    Attributes:
        key: The outbox key of the message to her: the effect's own for the first, the effect's
            and hers for others.
        email: Her address, "" if none is known.
        name: To show beside it.
        record: What is known of her; None for a bare address.
        is_learner: Whether the message is about herself.
        who: In words, where there is no address.
    """

    key: str
    email: str
    name: str
    record: Record | None
    is_learner: bool
    who: str


@dataclass(frozen=True, slots=True)
class People:
    """What the database knows of those whom messages concern."""

    records: Callable[[Collection[str]], Mapping[str, Record]]
    staff: StaffOf

    def correspondents(
        self, effect: Effect, record: Record, plan: Plan
    ) -> tuple[Correspondent, ...]:
        """Give everybody to whom an e-mail goes, at least one; the first takes the effect's key."""
        found: list[Correspondent] = []
        for wish in (effect.to, *effect.cc):
            for each in self._meant(wish, effect, record, plan):
                if not any(_same(each, known) for known in found):
                    found.append(each)
        if not found:
            found.append(Correspondent("", "", "", None, is_learner=False, who=effect.to))
        return tuple(
            Correspondent(
                f"{effect.key}{COPY}{each.who}" if number else effect.key,
                each.email,
                each.name,
                each.record,
                each.is_learner,
                each.who,
            )
            for number, each in enumerate(found)
        )

    def reply_to(self, effect: Effect, record: Record, plan: Plan) -> str:
        """Give the address that answers go to, "" if the effect says none or nobody has one."""
        if not effect.reply_to:
            return ""
        meant = self._meant(effect.reply_to, effect, record, plan)
        return next((each.email for each in meant if not address.refusal(each.email)), "")

    def _meant(self, wish: str, effect: Effect, record: Record, plan: Plan) -> list[Correspondent]:
        """Give those whom `learner`, a role or an address means."""
        if wish == LEARNER:
            return [_person(effect.learner, record, is_learner=True)]
        if "@" in wish:
            return [Correspondent("", wish, "", None, is_learner=False, who=wish)]
        own = record.said(wish) if wish in PERSONAL else ""
        if own:
            return self._named(own)
        people = self.staff(_names_of(effect.course, plan), wish) if effect.course else ()
        return self._known(people)

    def _named(self, said: str) -> list[Correspondent]:
        """Give those whom a profile names: addresses, or the names of people, by commas."""
        found: list[Correspondent] = []
        for part in filter(None, map(str.strip, said.split(","))):
            if "@" in part and part not in self.records((part,)):
                found.append(Correspondent("", part, "", None, is_learner=False, who=part))
            else:
                found += self._known((part,))
        return found

    def _known(self, people: Collection[str]) -> list[Correspondent]:
        records = self.records(people) if people else {}
        return [
            _person(person, records.get(person, Record(person)), is_learner=False)
            for person in people
        ]


def _person(person: str, record: Record, *, is_learner: bool) -> Correspondent:
    name = record.said("name")
    return Correspondent("", record.said("email"), name, record, is_learner, person)


def _same(one: Correspondent, other: Correspondent) -> bool:
    return one.who == other.who or (bool(one.email) and one.email == other.email)


def _names_of(course: str, plan: Plan) -> tuple[str, ...]:
    """Give all the names that events may call a course by."""
    known = plan.courses_at.get(course, [])
    return tuple(dict.fromkeys((course, *(name for each in known for name in each.lms))))


def switched_off(record: Record) -> Mapping[str, bool]:
    """Give the categories that a person has switched off, as a contact's preferences."""
    return dict.fromkeys(record.opted_out(), False)
