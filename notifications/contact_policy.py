"""
Whether a learner may be written to at all: what the house and the learner have said about mail.

A rule's own limits are judged when it decides. What is asked here holds over all rules, and
again just before a message leaves: suspended learners get none, nobody gets what she has
switched off, and one day brings so many messages and no more. Every no has a reason code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum

from notifications import address


class Refusal(StrEnum):
    """Why a message does not go; the values are what the ledger and `explain` say."""

    SUSPENDED = "suspended"
    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    DEAD_ADDRESS = "dead_address"
    SWITCHED_OFF = "switched_off"
    HOUSE_CAP = "house_cap"


SERVICE = "service"
"""The category of what a learner must know; nobody can switch it off."""
AWARDS = "awards"
"""Award messages obey only the house's quiet hours; no cap holds them back."""


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """What the house says, for all rules."""

    messages_a_day: int | None = None
    """Most messages to one learner on one of her calendar days; None for no cap."""
    always_on: frozenset[str] = field(default_factory=lambda: frozenset({SERVICE}))
    """Categories that cannot be switched off."""
    uncapped: frozenset[str] = field(default_factory=lambda: frozenset({SERVICE, AWARDS}))
    """Categories that the cap neither holds back nor counts."""

    def __post_init__(self) -> None:
        """
        Refuse a cap that is no number of messages.

        Raises:
            ValueError: If it is negative.
        """
        if self.messages_a_day is not None and self.messages_a_day < 0:
            raise ValueError(f"messages a day cannot be {self.messages_a_day}")


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of one learner when a message would go."""

    email: str
    suspended: bool = False
    dead_address: bool = False
    """The far end said that the address is no mailbox."""
    preferences: Mapping[str, bool] = field(default_factory=dict)
    """By category: False is switched off. A category that is not there is on."""
    capped_today: int = 0
    """Messages of capped categories already counted on the learner's day; see `counts`."""
    by_mail: bool = True
    """False where the LMS shows it, which needs no address."""


def refusal(policy: ContactPolicy, contact: Contact, category: str) -> Refusal | None:
    """
    Say why a message of a category does not go, the gravest reason first; None if it may.

    The address comes last but one: a message to nobody is a message that the learner never gets,
    and must not use up her day.
    """
    if contact.suspended:
        return Refusal.SUSPENDED
    if category not in policy.always_on and not contact.preferences.get(category, True):
        return Refusal.SWITCHED_OFF
    if contact.by_mail and (why := _unreachable(contact)):
        return why
    cap = policy.messages_a_day
    if cap is not None and counts(policy, category) and contact.capped_today >= cap:
        return Refusal.HOUSE_CAP
    return None


def _unreachable(contact: Contact) -> Refusal | None:
    """Say why no mail can reach somebody, None if it can."""
    if not contact.email:
        return Refusal.NO_ADDRESS
    if address.refusal(contact.email):
        return Refusal.BAD_ADDRESS
    return Refusal.DEAD_ADDRESS if contact.dead_address else None


def counts(policy: ContactPolicy, category: str) -> bool:
    """Say whether a message of a category uses up some of the day's cap."""
    return category not in policy.uncapped


def learners_day(now: datetime, zone: tzinfo) -> date:
    """
    Give the calendar day on which a message counts, on the learner's own clock.

    Raises:
        ValueError: If `now` has no zone.
    """
    if now.utcoffset() is None:
        raise ValueError("the day of a message needs a time with a zone")
    return now.astimezone(zone).date()
