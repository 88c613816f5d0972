"""Until when a credential is good, whether it can be renewed, and what that takes, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.plain.criteria import Criterion, criteria
from adapters.plain.proof import Prover, plain_title
from adapters.showing.keeping_words import KeepingWords, keeping_words_of
from engine.calendar import Micros, wall
from engine.expiry import renewal_of
from engine.lasting import Fall, Lasting, lasting
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Credential
from engine.verdict import Answer
from notifications.wording import wording


@dataclass(frozen=True, slots=True)
class Keeping:
    """
    How a learner keeps what she holds.

    Attributes:
        told: What there is to say, a sentence each.
        heading: What stands over the conditions, "" where there are none.
        takes: What a renewal takes, where it is not open yet.
        missing: What is missing for one that is open.
    """

    told: tuple[str, ...]
    heading: str = ""
    takes: tuple[Criterion, ...] = ()
    missing: tuple[str, ...] = ()


def keeping(plan: Plan, record: Record, name: str, now: Micros, language: str) -> Keeping | None:
    """Say how a credential is kept; None where it lasts for ever, or is not held."""
    found, credential = lasting(plan, record, name, now), plan.ruleset.credentials.get(name)
    if found is None or credential is None or found.ends is None:
        return None
    return _Teller(plan, record, credential, now, language).told(found)


@dataclass(frozen=True, slots=True)
class ToAnybody:
    """What an employer should know of how long a credential lasts; "" where there is nothing."""

    falls: str = ""
    renewed: str = ""


def told_to_anybody(plan: Plan, record: Record, name: str, now: Micros, language: str) -> ToAnybody:
    """Say that a credential ends with others, which are not named, and that it can be renewed."""
    found, words = lasting(plan, record, name, now), keeping_words_of(language)
    if found is None:
        return ToAnybody()
    falls = renewed = ""
    if found.fall is not None:
        day = last_day(plan, name, found.fall.at, language)
        falls = words.public_falls.format(day=day)
    if found.renewable is not None:
        day = day_of(plan, name, found.renewable, language)
        renewed = words.public_renewal.format(day=day)
    return ToAnybody(falls, renewed)


def last_day(plan: Plan, name: str, ends: Micros, language: str) -> str:
    """Write the last day on which a credential is good, on its pack's clock."""
    return day_of(plan, name, ends - 1, language)


def day_of(plan: Plan, name: str, at: Micros, language: str) -> str:
    """Write the day of an instant, on the clock of a credential's pack."""
    return wording(language).show_day(local_of(plan, name, at))


def local_of(plan: Plan, name: str, at: Micros) -> datetime:
    """Give an instant on the clock of a credential's pack."""
    return wall(at, plan.clocks.course_zone("", name.partition("/")[0]))


@dataclass(frozen=True, slots=True)
class _Teller:
    plan: Plan
    record: Record
    credential: Credential
    now: Micros
    language: str

    @property
    def words(self) -> KeepingWords:
        return keeping_words_of(self.language)

    def told(self, found: Lasting) -> Keeping:
        sentences = [*self._renewed(), *self._falls(found.fall)]
        words, name = self.words, self.credential.id
        if found.until is None:
            return Keeping(tuple(sentences))
        if found.renewable is None:
            return Keeping((*sentences, words.not_renewed))
        if found.verdict is None:
            day = day_of(self.plan, name, found.renewable, self.language)
            takes = criteria(Prover(self.plan, self.language), self.credential)
            told = (*sentences, words.renew_from.format(day=day))
            return Keeping(told, words.renew_takes, takes=takes)
        day = last_day(self.plan, name, found.until, self.language)
        told = (*sentences, words.renew_now.format(day=day))
        if found.verdict.answer is Answer.UNKNOWN:
            told = (*told, words.renew_waits)
        prover = Prover(self.plan, self.language)
        proof = prover.of_credential(self.credential, found.verdict, held=False)
        return Keeping(told, words.renew_missing if proof.missing else "", (), tuple(proof.missing))

    def _renewed(self) -> Iterator[str]:
        award = self.record.ledger.held(self.credential.id)
        if award is not None and award.renewed:
            day = day_of(self.plan, self.credential.id, award.renewed[-1], self.language)
            yield self.words.renewed.format(day=day)

    def _falls(self, fall: Fall | None) -> Iterator[str]:
        if fall is None:
            return
        words = self.words
        renewed = tuple(part for part in fall.parts if self._opens(part) is not None)
        if not renewed or (not fall.any_one and renewed != fall.parts):
            said, parts = words.falls, fall.parts
        elif len(renewed) == 1:
            said, parts = words.falls_one, renewed
        else:
            said, parts = words.falls_any if fall.any_one else words.falls_all, renewed
        day = last_day(self.plan, self.credential.id, fall.at, self.language)
        yield said.format(day=day, parts=", ".join(map(self._title, parts)))
        for part in renewed if said != words.falls else ():
            opens = self._opens(part)
            if opens is not None:
                day = day_of(self.plan, part, opens, self.language)
                yield words.part_renewable.format(part=self._title(part), day=day)

    def _title(self, name: str) -> str:
        known = self.plan.ruleset.credentials.get(name)
        return plain_title(known.title if known else "", name)

    def _opens(self, name: str) -> Micros | None:
        """Give from when on a part can be renewed, None where it can't."""
        known, award = self.plan.ruleset.credentials.get(name), self.record.ledger.held(name)
        if known is None or award is None:
            return None
        zone = self.plan.clocks.course_zone("", name.partition("/")[0])
        return renewal_of(known, award.expires, zone)
