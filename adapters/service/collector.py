"""
Python's search for cyclic garbage, told to look seldom.

A batch makes a hundred thousand small objects that all die by themselves when it ends; the
search for cycles, at its usual pace, walks through them 150 times and frees none. What lives
for the whole process (rules, modules) is taken out of the search.
"""

import gc

YOUNG, MIDDLE, OLD = 200_000, 20, 50
"""Objects, and rounds of the younger kind, after which each generation is searched."""


def let_rest() -> None:
    """Search seldom from now on; call it when the rules are loaded, in a process that stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
