"""
Which learners a rule is live for, where it is live for a share of them.

A learner keeps her place for good: a share that grows keeps whoever was in it. All rules of one
pack share one order of learners, so that rules which belong together reach the same ones.
"""

from fractions import Fraction
from functools import lru_cache
from hashlib import sha256

DIGITS = 16
"""Hexadecimal digits of a hash that make a place."""


@lru_cache(maxsize=65_536)
def place_among_learners(rule: str, learner: str) -> Fraction:
    """Give a learner's place among all for the pack of a rule: at least 0 and below 1."""
    pack = rule.partition("/")[0]
    digest = sha256(f"{pack}\n{learner}".encode()).hexdigest()[:DIGITS]
    return Fraction(int(digest, 16), 16**DIGITS)
