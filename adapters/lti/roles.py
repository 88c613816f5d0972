"""
Whether somebody who comes from an LMS learns there, or teaches and runs it.

Roles are names of the LIS vocabulary (LTI 1.3 Core, appendix A): those in the course begin with
`…/membership#`, those in the institution with `…/institution/person#`. The ones in the course go
first: a student of the institution may teach in this course.
"""

from collections.abc import Collection

COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNERS = frozenset({"Learner", "Student"})
STAFF = frozenset(
    {
        "Instructor", "TeachingAssistant", "ContentDeveloper", "Administrator", "Manager",
        "Mentor", "Officer", "Faculty", "Staff", "Observer", "SysAdmin", "SysSupport",
        "AccountAdmin", "Creator", "Support",
    }
)  # fmt: skip


def is_staff(roles: Collection[str]) -> bool:
    """Say whether somebody teaches or runs the LMS, and does not learn in it."""
    in_course = [role for role in roles if role.startswith(COURSE) or "/" not in role]
    named = {part for role in in_course or roles for part in _parts(role)}
    return not named & LEARNERS and bool(named & STAFF)


def _parts(role: str) -> tuple[str, ...]:
    """Give a role's name and, where it is a kind of another, that one's: `Instructor#Grader`."""
    path, _, name = role.rpartition("#")
    return (name, path.rpartition("/")[2])
