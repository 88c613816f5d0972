"""
Words of other tools and of habit, each with the word of this language.

They are refused all the same: two words for one thing would make two ways to say everything.
"""

from rules.phrases.phrases import TEXT
from rules.words.word import Expects, Place, Status, Word

_INSTEAD: dict[Place, dict[str, str]] = {
    Place.PACK: {"name": "pack", "id": "pack", "timezone": "zone", "depends": "uses"},
    Place.ACTIVITY: {"type": "kind", "id": "lms", "course": "in", "deadline": "due"},
    Place.COURSE: {"id": "lms", "start": "starts", "end": "ends", "timezone": "zone"},
    Place.LIMITS: {"quiet": "quiet hours", "max": "cap", "limit": "cap", "cooldown": "gap"},
    Place.FILE: {"badges": "credentials", "competencies": "skills", "automations": "rules"},
    Place.CREDENTIAL: {
        "name": "title",
        "description": "describes",
        "criteria": "requires",
        "expiry": "expires",
        "email": "message",
    },
    Place.SKILL: {"name": "title", "description": "describes", "sources": "evidence"},
    Place.RULE: {
        "name": "title",
        "alias": "title",
        "trigger": "when",
        "triggers": "when",
        "condition": "if",
        "conditions": "if",
        "action": "then",
        "actions": "then",
        "do": "then",
        "limit": "limits",
        "enabled": "state",
        "active": "state",
        "status": "state",
        "description": "why",
        "reason": "why",
    },
    Place.WHEN: {
        "last seen": "inactive",
        "inactivity": "inactive",
        "schedule": "every",
        "idle": "inactive",
        "or": "any",
        "any of": "any",
        "one of": "any",
        "either": "any",
        "delay": "after",
        "deadline": "due",
    },
    Place.LEAF: {
        "page": "activity",
        "lesson": "activity",
        "video": "activity",
        "test": "quiz",
        "exam": "quiz",
        "badge": "credential",
        "competency": "skill",
        "quizzes": "quiz",
        "activities": "activity",
        "assessment": "quiz",
        "homework": "assignment",
        "min": "score",
        "minimum": "score",
        "above": "score",
        "over": "score",
        "at least": "score",
        "grade": "score",
        "mark": "score",
        "status": "is",
    },
    Place.CONDITION: {
        "not": "none",
        "or": "any",
        "and": "all",
        "any of": "any",
        "one of": "any",
        "either": "any",
        "all of": "all",
        "both": "all",
        "none of": "none",
        "neither": "none",
        "at least one of": "at least 1 of",
        "at least two of": "at least 2 of",
        "at least three of": "at least 3 of",
    },
    Place.ACTION: {
        "mail": "email",
        "e-mail": "email",
        "send email": "email",
        "send message": "email",
        "notify": "email",
        "message": "email",
        "send": "email",
        "unlock": "release",
        "open": "release",
        "close": "lock",
    },
    Place.TESTS: {"start": "starts", "students": "learners"},
    Place.STEP: {"expected": "expect", "when": "at"},
}

ELSEWHERE: dict[tuple[Place, str], str] = {
    (Place.RULE, "unless"): "write it under `if`: - none: [ … ]",
    (Place.RULE, "else"): "write a second rule, with what is so then under its `if`",
    (Place.RULE, "otherwise"): "write a second rule, with what is so then under its `if`",
    **{
        (Place.ACTION, word): "a credential is earned by what it `requires`, in a `credentials:` "
        "block; no rule awards it"
        for word in ("award", "badge", "credential", "grant", "issue", "certificate")
    },
    (
        Place.CONDITION,
        "person",
    ): "write what it says without it: role: student, or profile: department",
}
"""Words that no other word takes the place of, each with what to write instead of all of it."""

SAID_INSTEAD: dict[str, tuple[str, ...]] = {
    "done": ("completed",),
    "finished": ("completed",),
    "complete": ("completed",),
    "incomplete": ("not completed",),
    "not done": ("not completed",),
    "not finished": ("not completed",),
    "yes": ("completed", "held", "member", "enrolled"),
    "true": ("completed", "held", "member", "enrolled"),
    "no": ("not completed", "not held", "not member", "not enrolled"),
    "false": ("not completed", "not held", "not member", "not enrolled"),
    "earned": ("awarded",),
    "issued": ("awarded",),
    "received": ("awarded",),
    "got": ("awarded",),
    "owned": ("held",),
    "active": ("held", "enrolled"),
    "opened": ("viewed", "entered"),
    "seen": ("viewed", "entered"),
    "visited": ("viewed", "entered"),
    "watched": ("completed",),
    "read": ("viewed",),
    "begun": ("started",),
    "taken": ("submitted",),
    "attempted": ("submitted",),
    "handed in": ("submitted",),
    "turned in": ("submitted",),
    "uploaded": ("submitted",),
    "marked": ("graded",),
    "scored": ("graded",),
    "not passed": ("failed",),
    "closed": ("locked", "ended"),
    "unlocked": ("open",),
    "available": ("open",),
    "present": ("attended",),
    "absent": ("missed",),
    "in": ("member", "enrolled"),
    "out": ("not member", "not enrolled"),
    "over": ("ended",),
    "registered": ("enrolled",),
    "withdrawn": ("unenrolled",),
    "dropped": ("unenrolled",),
}
"""Words that people write after `is`, each with those that they may mean, the likeliest first."""

FOREIGN_WORDS: tuple[Word, ...] = tuple(
    Word(
        place=place,
        key=key,
        expects=Expects(phrase=TEXT),
        status=Status.RETIRED,
        use_instead=instead,
        help=f"Here it is called `{instead}`.",
    )
    for place, words in _INSTEAD.items()
    for key, instead in words.items()
)
