"""
Badges from elsewhere are looked at again, about once a day: whether they still hold.

Only what an issuer says counts: that it has taken a badge back, or that it is over. Who can't be
reached has said nothing, so nothing changes, and it is noted. A signature whose key is gone may
be a slip of a web server; it is believed when three looks in a row find the same.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import randbelow

from adapters.badges.outside_events import counting, taken_back
from adapters.badges.verifying.checks import EXPIRED, TAKEN_BACK, Check
from adapters.badges.verifying.sources import LookupFailedError, Sources
from adapters.badges.verifying.verify import verify
from adapters.inbound.received import REVIEWS, Take
from adapters.store.outside import OutsideRow, Standing
from adapters.store.store import Store
from engine.calendar import Micros, micros

log = logging.getLogger("milepost.badges")

SOONEST, SPREAD = timedelta(hours=18), timedelta(hours=12)
"""A look comes so long after the last, and up to so much later: never all at one hour."""

SURE_AFTER = 3
"""Looks in a row after which a doubt that no network is to blame for is believed."""

LOOKED_AT_ONCE = 50


def next_look(now: datetime) -> Micros:
    """Give when to look again: in about a day."""
    return micros(now + SOONEST + timedelta(seconds=randbelow(int(SPREAD.total_seconds()))))


class Round:
    """
    Looks addresses up, each once: many badges name one list. What failed is remembered too.

    Attributes:
        failed: Why each address could not be had.
    """

    def __init__(self, sources: Sources) -> None:
        """Look up elsewhere."""
        self._sources = sources
        self._known: dict[str, bytes] = {}
        self.failed: dict[str, str] = {}
        self.asked: set[str] = set()

    def get(self, url: str) -> bytes:
        """Give what lies at an address; see `Sources`."""
        self.asked.add(url)
        if url in self.failed:
            raise LookupFailedError(self.failed[url])
        if url not in self._known:
            try:
                self._known[url] = self._sources.get(url)
            except LookupFailedError as error:
                self.failed[url] = str(error)
                raise
        return self._known[url]

    def begin(self) -> None:
        """Begin with another badge."""
        self.asked = set()

    @property
    def missed(self) -> str:
        """Say why something that this badge needs could not be had, "" where all was."""
        return next((self.failed[url] for url in sorted(self.asked) if url in self.failed), "")


@dataclass(frozen=True, slots=True)
class Looked:
    """
    What a look has found.

    Attributes:
        fallen: Why it holds no more, "" where it does or nobody knows.
        doubt: Why nobody knows.
        is_told: The doubt is what the issuer's server says, not that it says nothing.
    """

    fallen: str = ""
    doubt: str = ""
    is_told: bool = False


def look(row: OutsideRow, sources: Round, machine: datetime) -> Looked:
    """Ask the issuer of a badge how it stands."""
    sources.begin()
    verdict = verify(row.data, sources, machine)
    if verdict.verified:
        return Looked()
    wrong = [check for check in verdict.checks if not check.passed]
    # A list that says so and a day that has passed need nobody else to be reached.
    sure = [check.because for check in wrong if _is_sure(check)]
    if sure:
        return Looked(fallen=sure[0])
    if missed := sources.missed:
        return Looked(doubt=missed)
    # A list that is out of date is a slip; a signature that nobody vouches for is worth nothing.
    return Looked(doubt=wrong[0].because, is_told=wrong[0].name == "proof")


def _is_sure(check: Check) -> bool:
    return check.because.startswith({"dates": EXPIRED, "status": TAKEN_BACK}.get(check.name, "\0"))


@dataclass(frozen=True, slots=True)
class Watch:
    """
    Watches badges from elsewhere.

    Attributes:
        store: Where they are kept.
        take: Takes events in.
        sources: Where their issuers' documents are looked up.
        machine: The machine's clock, on which badges are good or not.
        now: The service's.
    """

    store: Store
    take: Take
    sources: Sources
    machine: Callable[[], datetime]
    now: Callable[[], datetime]

    def look_at_due(self, is_over: Callable[[], bool] = lambda: False) -> int:
        """Look at those whose day has come, a few at a time, until it is over; give how many."""
        looked = 0
        sources = Round(self.sources)
        for row in self.store.outside.due(micros(self.machine()), LOOKED_AT_ONCE):
            if is_over():
                break
            if self.store.outside.claim(row, next_look(self.machine())):
                self.settle(row, look(row, sources, self.machine()))
                looked += 1
        return looked

    def look_at_all(self) -> int:
        """Look at each, whenever its day is; give how many."""
        sources = Round(self.sources)
        rows = self.store.outside.all()
        for row in rows:
            self.settle(row, look(row, sources, self.machine()))
        return len(rows)

    def settle(self, row: OutsideRow, found: Looked) -> OutsideRow:
        """Note what was found, and let follow what follows; give the badge as it is now."""
        now = self.now()
        if found.doubt:
            log.warning("%s of %s may not hold: %s", row.id, row.learner, found.doubt)
            doubts = row.doubts + 1 if found.is_told else 0
            if doubts < SURE_AFTER or row.state is Standing.FALLEN:
                noted = replace(row, doubt=found.doubt, doubts=doubts)
                self.store.outside.settle(noted)
                return noted
            found = Looked(fallen=found.doubt)
        settled = replace(
            row,
            looked=micros(self.machine()),
            because=found.fallen,
            doubt="",
            doubts=0,
            state=Standing.FALLEN if found.fallen else Standing.GOOD,
        )
        if settled.state is not row.state:
            settled = replace(settled, turns=row.turns + 1)
            self._turn(settled, now)
        self.store.outside.settle(settled)
        return settled

    def _turn(self, row: OutsideRow, now: datetime) -> None:
        """Let a badge count no more, or again. The events come first: they have ids of the turn."""
        others = [
            each
            for each in self.store.outside.of_learner(row.learner)
            if each.object == row.object and each.id != row.id and each.state is Standing.GOOD
        ]
        if row.state is Standing.GOOD:
            log.info("%s of %s holds again", row.id, row.learner)
            self.take(counting(row, now, now), now, REVIEWS)
        elif not others:
            log.info("%s of %s counts no more: %s", row.id, row.learner, row.because)
            self.take(taken_back(row, row.because, now), now, REVIEWS)
        else:
            log.info("%s of %s is fallen; another of hers still counts", row.id, row.learner)
