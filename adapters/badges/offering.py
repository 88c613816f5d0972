"""
What an issuer offers: each credential of its rules as an achievement, and who speaks for it.

The registrar awards these, the issuer publishes them before anybody has earned one, and the
catalogue shows them: all three ask here, so they can't differ.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.badges.achievement import Achievement
from adapters.badges.achievements import achievements_of
from adapters.badges.endorsing.kept import passed_on
from adapters.badges.issuer import Issuer
from adapters.badges.keys import KeyKind
from adapters.badges.signing import Desk, UnissuableError
from engine.plan import Plan
from engine.ruleset import Credential, State
from rules.frameworks import Frameworks


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Rules that awarded something, with files of their packs.

    Attributes:
        file: Gives a picture or an endorsement by `pack/path`.
        papers: Gives what a pack's certificates are made of, by the name from its folder on.
    """

    plan: Plan
    file: Callable[[str], bytes]
    papers: Callable[[str], Mapping[str, bytes]]


Plans = Callable[[str], Rules | None]
"""Gives the rules of a fingerprint, None where they are not kept."""


@dataclass(frozen=True, slots=True)
class Offering:
    """
    Makes achievements of credentials.

    Attributes:
        desk: Gives the issuer; asked each time, as keys change.
        plans: Gives the rules by which something is awarded.
        frameworks: Gives what names in `aligns` are looked up in.
        endorsements: Gives the files in which others speak for the issuer.
        now: The machine's clock.
    """

    desk: Callable[[], Desk]
    plans: Plans
    frameworks: Callable[[], Frameworks]
    endorsements: Callable[[], tuple[bytes, ...]]
    now: Callable[[], datetime]

    def achievements(
        self, rules: Rules, credential: Credential, issuer: Issuer, later: Rules | None = None
    ) -> tuple[Achievement, ...]:
        """
        Give a credential as an achievement in each language, with those who speak for it.

        Args:
            rules: What it is awarded by.
            credential: Of these rules.
            issuer: Whose it is.
            later: Rules of today, where these are others: somebody may have endorsed by now
                what was awarded then.
        """
        pack = credential.id.partition("/")[0]
        image = rules.file(f"{pack}/{credential.image}") if credential.image else b""
        files = dict.fromkeys(_endorsing(rules, credential.id))
        files |= dict.fromkeys(_endorsing(later, credential.id) if later else ())
        found = achievements_of(rules.plan, credential, issuer, self.frameworks(), image)
        carried = passed_on(files, [each.id for each in found], issuer.did, self.now())
        return tuple(replace(each, endorsements=tuple(carried[each.id])) for each in found)

    def endorsed(self, issuer: Issuer) -> Issuer:
        """Give an issuer with those who speak for it."""
        if issuer.endorsements:
            return issuer
        carried = passed_on(self.endorsements(), [issuer.did], issuer.did, self.now())
        return replace(issuer, endorsements=tuple(carried[issuer.did]))

    def in_force(self, fingerprint: str, credential: str) -> tuple[Achievement, ...]:
        """Give what one credential of the rules in force would be awarded as."""
        try:
            return self.offered(fingerprint, credential)
        except UnissuableError:
            return ()

    def offered(self, fingerprint: str, only: str = "") -> tuple[Achievement, ...]:
        """
        Give what rules offer, as it can be looked up by anybody; nothing without an address.

        Args:
            fingerprint: Of the rules.
            only: One credential of them, "" for all.

        Raises:
            UnissuableError: There is no key that signs.
        """
        desk = self.desk()
        rules = self.plans(fingerprint) if desk.issuer.public_url else None
        if rules is None:
            return ()
        issuer = desk.for_key(desk.key(KeyKind.ED25519))
        return tuple(
            each
            for name, credential in rules.plan.ruleset.credentials.items()
            if credential.state is State.LIVE and only in ("", name)
            for each in self.achievements(rules, credential, issuer)
        )


def _endorsing(rules: Rules, name: str) -> Iterator[bytes]:
    """Yield the files in which others speak for a credential."""
    known = rules.plan.ruleset.credentials.get(name)
    for each in known.endorsed_by if known else ():
        yield rules.file(f"{name.partition('/')[0]}/{each.file}")
