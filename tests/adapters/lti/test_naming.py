"""How a learner who logs in is named: as the LMS's events name her, and never as somebody else."""

import pytest

from adapters.lti.naming import DEFAULT, Naming, NamingError
from adapters.lti.roles import is_staff
from tests.adapters.lti.lms import INSTRUCTOR, LEARNER, MEMBERSHIP

SAID = {
    "iss": "https://moodle.example.edu",
    "sub": "12",
    "email": "ada@uni.example",
    "custom.id": 4411,
    "custom.unfilled": "$Canvas.user.sisSourceId",
    "custom.yes": True,
    "custom.empty": " ",
    "custom.list": ["a"],
    "ext.user_username": "ada",
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (DEFAULT, "https://moodle.example.edu|12"),
        ("https://lms.example.edu|{ext.user_username}", "https://lms.example.edu|ada"),
        ("mailto:{email}", "mailto:ada@uni.example"),
        ("canvas:{custom.id}", "canvas:4411"),
        ("{sub}", "12"),
    ],
)
def test_she_is_named_as_in_events(template: str, expected: str) -> None:
    """The default is what Moodle's xAPI plug-in sends; whatever else is sent can be said."""
    assert expected == Naming(template).name(SAID)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{lis.person_sourcedid}", "it does not say lis.person_sourcedid"),
        ("{custom.empty}", "it does not say custom.empty"),
        ("{custom.list}", "it does not say custom.list"),
        ("{custom.yes}", "it does not say custom.yes"),
        ("{custom.unfilled}", "it has not filled in custom.unfilled: $Canvas.user.sisSourceId"),
    ],
)
def test_what_is_not_said_names_nobody(template: str, expected: str) -> None:
    """A variable that an LMS leaves unfilled would else be one name for everybody."""
    with pytest.raises(NamingError, match=r"^it ") as caught:
        Naming(template).name(SAID)
    assert expected == str(caught.value)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("", "all learners would have the same name"),
        ("ada", "all learners would have the same name"),
        ("{iss}", "all learners would have the same name"),
        ("{name}", "there is no {name}"),
        ("{custom}", "there is no {custom}"),
        ("{}", "there is no {}"),
        ("{sub", "a brace is not closed"),
        ("{{sub}}", "a brace is not closed"),
    ],
)
def test_a_template_that_is_none(template: str, expected: str) -> None:
    """It is refused when the settings are read, not at a launch."""
    with pytest.raises(NamingError) as caught:
        Naming(template)
    assert expected == str(caught.value)


def test_a_value_is_no_template() -> None:
    """What an LMS fills in is put in once."""
    assert "{iss}" == Naming("{sub}").name({"iss": "a", "sub": "{iss}"})


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (DEFAULT, "https://a|"),
        ("canvas:{custom.id}", "canvas:"),
        ("{sub}@{iss}", ""),
    ],
)
def test_how_its_names_begin(template: str, expected: str) -> None:
    """By it the doctor looks whether any learner is named so."""
    assert expected == Naming(template).opening("https://a")


PERSON = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ((), False),
        ((LEARNER,), False),
        ((INSTRUCTOR,), True),
        ((INSTRUCTOR, LEARNER), False),
        (("Instructor",), True),
        (("Learner",), False),
        ((f"{MEMBERSHIP}/Instructor#TeachingAssistant",), True),
        ((f"{MEMBERSHIP}#Mentor",), True),
        ((INSTRUCTOR, f"{PERSON}#Student"), True),
        ((f"{PERSON}#Student",), False),
        ((f"{PERSON}#Administrator",), True),
        (("urn:something:else",), False),
    ],
)
def test_who_is_staff(roles: tuple[str, ...], expected: bool) -> None:
    """What somebody is in the course goes before what she is in the institution."""
    assert expected == is_staff(roles)
