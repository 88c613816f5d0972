"""Which language a learner is written to in."""

import pytest

from notifications.language_choice import by_name, choose
from notifications.message import read_message


@pytest.mark.parametrize(
    ("versions", "learner", "pack", "expected"),
    [
        (("", "es", "fr"), "es", "", "es"),
        (("", "es", "fr"), "es-ES", "", "es"),
        (("", "es", "fr"), "es_ES", "", "es"),
        (("", "es", "fr"), "ES", "", "es"),
        (("", "pt-BR", "pt"), "pt-BR", "", "pt-BR"),
        (("", "pt-BR", "pt"), "pt-PT", "", "pt"),
        (("", "pt-BR"), "pt", "", "pt-BR"),
        (("", "pt-BR"), "pt-PT", "", "pt-BR"),
        (("", "es", "fr"), "de", "fr", "fr"),
        (("", "es", "fr"), "de", "it", ""),
        (("", "es", "fr"), "", "", ""),
        (("", "es"), "", "es", "es"),
        (("es", "fr"), "de", "", "es"),
        ((), "de", "", None),
    ],
)
def test_the_learners_then_the_packs_then_the_plain_file(
    versions: tuple[str, ...], learner: str, pack: str, expected: str | None
) -> None:
    """A message that exists in any language is never withheld."""
    assert expected == choose({version: version for version in versions}, learner, pack)


def test_versions_of_a_message_are_found_by_its_name() -> None:
    """Rules name the plain file."""
    text = "---\nsubject: x\ncategory: service\n---\nx\n"
    files = ("messages/a.md", "messages/a.es.md", "messages/b.md")
    read = [read_message(text, file)[0] for file in files]
    grouped = by_name(each for each in read if each is not None)
    assert {"messages/a.md": {"", "es"}, "messages/b.md": {""}} == {
        name: set(versions) for name, versions in grouped.items()
    }
