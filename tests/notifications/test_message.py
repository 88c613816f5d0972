"""A message file: read, checked, rendered; and each mistake told with its place."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.source import Span
from notifications.message import (
    LONGEST_SUBJECT,
    MessageTemplate,
    check_message,
    load_messages,
    read_message,
    render,
    split_name,
)
from notifications.tokens import TOKENS, Tokens, sample, unknown

EXAMPLE = """---
subject: Your place in {{ course.title }} is kept
category: reminders
---
It has been a week, {{ learner.first_name }}.

You were last here on {{ learner.last_seen | day }}. The next step takes about ten minutes:
[{{ next.title }}]({{ next.link }}).
"""
FILE = "messages/we-miss-you.md"


def template(text: str, file: str = FILE) -> MessageTemplate:
    """Read a message that is right."""
    found, problems = read_message(text, file)
    assert problems == ()
    assert found is not None
    return found


def said(body: str, tokens: Tokens, language: str = "en") -> str:
    """Render a body as text, without the foot."""
    message = template(f"---\nsubject: Hello\ncategory: reminders\n---\n{body}\n")
    return render(message, tokens, language).text.partition("\n-- \n")[0].strip()


def html(body: str, tokens: Tokens) -> str:
    """Render a body as HTML."""
    message = template(f"---\nsubject: Hello\ncategory: reminders\n---\n{body}\n")
    return render(message, tokens).html


def test_the_example_of_the_language() -> None:
    """The message that every designer sees first, for a learner who is known."""
    ada = replace(sample(), zone=ZoneInfo("Europe/Madrid"), organisation_name="")
    rendered = render(template(EXAMPLE), replace(ada, unsubscribe_link=""))
    assert "Your place in Data 101 is kept" == rendered.subject
    assert rendered.text == (
        "It has been a week, Ada.\n\n"
        "You were last here on 3 March 2025. The next step takes about ten minutes:\n"
        "Sampling report (https://lms.example/assign/310).\n"
    )
    assert '<html lang="en" dir="ltr">' in rendered.html
    assert '<a href="https://lms.example/assign/310"' in rendered.html


def test_the_example_for_a_learner_of_whom_nothing_is_known() -> None:
    """No profile stops a message; every token has something to say."""
    rendered = render(template(EXAMPLE), unknown())
    assert "Your place in your course is kept" == rendered.subject
    assert "It has been a week, there." in rendered.text
    assert "You were last here on a while ago." in rendered.text
    assert "\nyour course." in rendered.text
    assert "<a " not in rendered.html
    assert () == check_message(template(EXAMPLE))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            EXAMPLE.replace("learner.first_name", "learner.firstname"),
            ("E401", 5, 24, 17, "did you mean `learner.first_name`?"),
        ),
        (
            EXAMPLE.replace("course.title", "curse.title"),
            ("E401", 2, 27, 11, "did you mean `course.title`?"),
        ),
        (
            EXAMPLE.replace("| day", "| days"),
            ("E403", 7, 46, 4, "did you mean `day`?"),
        ),
        (
            EXAMPLE.replace("learner.last_seen", "score"),
            ("E403", 7, 34, 3, "write it like: {{ score | percent }}"),
        ),
        (
            EXAMPLE.replace("subject:", "subjet:"),
            ("E404", 2, 1, 6, "did you mean `subject`?"),
        ),
        (
            EXAMPLE.replace("category: reminders\n", "category: reminders\ncategory: service\n"),
            ("E404", 4, 1, 8, "it stands on line 3 already"),
        ),
        (
            EXAMPLE.replace("subject: Your place in {{ course.title }} is kept\n", ""),
            ("E402", 1, 1, 1, "write it like: subject: Your place in {{ course.title }} is kept"),
        ),
        (
            EXAMPLE.replace("Your place in {{ course.title }} is kept", ""),
            ("E402", 2, 9, 1, "write it like: subject: Your place in {{ course.title }} is kept"),
        ),
        (
            EXAMPLE.replace("category: reminders\n", ""),
            ("E404", 1, 1, 1, "write it like: category: reminders"),
        ),
        (
            EXAMPLE.replace("reminders", "Re/minders"),
            ("E404", 3, 11, 10, "small letters, as in: category: reminders"),
        ),
        (
            EXAMPLE.replace("category: reminders", "  category: reminders"),
            (
                "E404",
                3,
                3,
                8,
                "write it like: subject: Your place in {{ course.title }} is kept",
            ),
        ),
        (
            EXAMPLE.removeprefix("---\n"),
            (
                "E404",
                1,
                1,
                49,
                "begin with: ---, subject: …, category: …, ---, each on its own line",
            ),
        ),
        (EXAMPLE.replace("Your", "Yo\0ur"), ("E404", 2, 1, 1, "retype the line")),
        (EXAMPLE.replace("week", "we\u2028ek"), ("E404", 5, 1, 1, "retype the line")),
        (EXAMPLE.replace("week", "we\ue000ek"), ("E404", 5, 1, 1, "retype the line")),
        (
            "---\nsubject: x\n",
            ("E404", 1, 1, 3, "write --- on a line of its own after the last key"),
        ),
    ],
)
def test_a_mistake_has_a_place_a_code_and_one_suggestion(
    text: str, expected: tuple[str, int, int, int, str]
) -> None:
    """One problem for one cause, the caret under the word."""
    found, problems = read_message(text, FILE)
    code, line, column, length, hint = expected
    assert found is None
    assert [(Span(FILE, line, column, length), code, hint)] == [
        (problem.span, problem.code, problem.hint) for problem in problems
    ]


def test_an_unknown_token_is_told_in_the_words_of_the_language() -> None:
    """As language.md has it."""
    _, problems = read_message(EXAMPLE.replace("learner.first_name", "learner.firstname"), FILE)
    assert ["messages/we-miss-you.md:5 knows no `{{ learner.firstname }}`"] == [
        problem.message for problem in problems
    ]


def test_all_mistakes_of_a_file_come_at_once_in_order() -> None:
    """Head, subject and body."""
    text = EXAMPLE.replace("course.title", "x.y").replace("learner.", "lerner.")
    _, problems = read_message(text, FILE)
    assert [(2, "E401"), (5, "E401"), (7, "E401")] == [
        (problem.span.line, problem.code) for problem in problems
    ]


def test_a_subject_may_have_colons_quotes_and_hashes() -> None:
    """The head is not YAML."""
    message = template(
        '---\nsubject: Week 2: #sampling, no "buts" {{ learner.first_name }}\n'
        "category: reminders\n---\nHi\n"
    )
    assert 'Week 2: #sampling, no "buts" Ada' == render(message, sample()).subject
    quoted = template("---\nsubject: 'Week 2: yes'\ncategory: reminders\n---\nHi\n")
    assert "Week 2: yes" == render(quoted, sample()).subject


def test_other_line_ends_and_marks_are_read_as_well() -> None:
    """Files from any editor mean the same."""
    windows = template("\ufeff" + EXAMPLE.replace("\n", "\r\n"))
    assert render(template(EXAMPLE), sample()) == render(windows, sample())


EVIL = (
    "Ada\r\nBcc: evil@x.test\u2028[x](https://evil.test) <script>alert(1)</script> "
    "*b* `c` &amp; # h"
)


def test_what_a_learner_is_called_is_only_words() -> None:
    """No header, no link, no tag, no emphasis, no heading comes of a name."""
    evil = replace(sample(), learner_first_name=EVIL, course_title=EVIL)
    rendered = render(template(EXAMPLE), evil)
    assert "\n" not in rendered.subject
    assert "\r" not in rendered.subject
    flat = EVIL.replace("\r\n", " ").replace("\u2028", " ")
    assert f"It has been a week, {flat}." in rendered.text
    assert "<script" not in rendered.html
    assert "evil.test)" in rendered.html
    assert 'href="https://evil' not in rendered.html
    assert "&amp;amp; # h" in rendered.html


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://lms.test/a?b=1&c=(2)", True),
        ("http://127.0.0.1:8470/x", True),
        ("http://localhost/x", True),
        ("mailto:help@uni.test", True),
        ("http://lms.test/", False),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//evil.test", False),
        ("/relative", False),
        ("https://", False),
        ("http://localhost.evil.test/", False),
        ("https://[bad", False),
        ("", False),
    ],
)
def test_only_links_that_work_from_a_mailbox_are_links(link: str, *, expected: bool) -> None:
    """In a token: otherwise its title stands there by itself. In a file: a mistake."""
    page = html("[go]({{ course.link }})", replace(sample(), course_link=link))
    assert expected is ("<a href=" in page.partition('class="foot"')[0])
    if link and " " not in link:
        message = template(f"---\nsubject: x\ncategory: service\n---\nA\n\n[go](<{link}>)\n")
        problems = check_message(message)
        assert ([] if expected else [("E403", 7)]) == [(p.code, p.span.line) for p in problems]


def test_a_link_token_by_itself_can_be_followed() -> None:
    """Its address is its text, in both forms, with odd signs encoded."""
    known = replace(sample(), course_link='https://lms.test/a b"><i>')
    page = html("{{ course.link }}", known)
    assert 'href="https://lms.test/a%20b%22%3E%3Ci%3E"' in page
    assert "https://lms.test/a%20b%22%3E%3Ci%3E" == said("{{ course.link }}", known)


def test_a_list_can_be_shown_or_walked_along() -> None:
    """By itself it is a bulleted list; empty it is nothing."""
    known = replace(sample(), missing=("The *lab*.", "The quiz."))
    assert "Missing:\n\n- The *lab*.\n- The quiz." == said("Missing: {{ missing }}", known)
    walk = "{% for one in missing %}\n1. {{ one }}\n{% else %}\nNothing.\n{% endfor %}"
    assert "1. The *lab*.\n2. The quiz." == said(walk, known)
    assert "Nothing." == said(walk, unknown())
    assert "<ul>\n<li>The *lab*.</li>\n<li>The quiz.</li>\n</ul>" in html("{{ missing }}", known)


def test_an_if_asks_whether_something_is_known() -> None:
    """Also a score of 0% is known."""
    body = "{% if score and not missing %}You have {{ score }}.{% else %}Wait.{% endif %}"
    assert "You have 0%." == said(body, Tokens(score=Fraction(0)))
    assert "Wait." == said(body, unknown())


def test_an_author_may_say_what_stands_for_the_unknown() -> None:
    """`default` beats the language's own word."""
    body = 'Dear {{ learner.first_name | default("colleague") }}'
    assert "Dear colleague" == said(body, unknown())
    assert "Dear Ada" == said(body, sample())
    assert "Dear friend" == said("Dear {{ learner.name }}", Tokens(polite="friend"))


def test_markdown_reads_well_in_both_forms() -> None:
    """Headings, emphasis, lists in lists, quotations, rules, breaks; HTML of an author is words."""
    body = "# One\n\n# Two\n\n*a* **b** <b>c</b>\\\nd\n\n- x\n  - y\n- z\n\n3. p\n4. q\n\n> r\n\n---\n\n<https://a.test>"
    text = said(body, sample())
    assert text == (
        "One\n\nTwo\n\na b <b>c</b>\nd\n\n- x\n  - y\n- z\n\n3. p\n4. q\n\n> r\n\n----\n\nhttps://a.test"
    )
    page = html(body, sample())
    assert 1 == page.count("<h1>")
    for piece in (
        "<h1>One</h1>",
        "<h2>Two</h2>",
        "<em>a</em> <strong>b</strong> &lt;b&gt;c&lt;/b&gt;<br>",
        '<ol start="3">',
        "<blockquote>",
        "<hr>",
    ):
        assert piece in page


def test_images_and_code_are_only_words() -> None:
    """No image is ever loaded, so nobody is tracked by one."""
    assert "<img" not in html("![x](https://a.test/x.png)", sample())


def test_a_page_for_every_reader() -> None:
    """The language, the direction, no images, tables that are only layout, 16 px."""
    page = render(template(EXAMPLE, "messages/we-miss-you.ar.md"), sample()).html
    assert '<html lang="ar" dir="rtl">' in page
    assert page.count("<table") == page.count('<table role="presentation"')
    assert "font-size:16px" in page
    assert "<img" not in page
    assert page.count("<h1") <= 1


def test_the_foot_says_who_writes_and_where_to_choose() -> None:
    """In both forms, in the message's language; not twice if the author wrote the link."""
    rendered = render(template(EXAMPLE, "messages/we-miss-you.es.md"), sample())
    assert rendered.text.endswith(
        "\n-- \nExample University\nElige qué mensajes recibes: https://milepost.example/u/sample\n"
    )
    assert "Elige qué mensajes recibes</a>" in rendered.html
    own = render(template(EXAMPLE + "\n[Stop]({{ unsubscribe.link }})\n"), sample())
    assert 1 == own.text.count("https://milepost.example/u/sample")


def test_a_subject_is_cut_where_mailboxes_cut() -> None:
    """An LMS may send any title."""
    long = replace(sample(), course_title="x" * 3000)
    subject = render(template(EXAMPLE), long).subject
    assert LONGEST_SUBJECT == len(subject)
    assert subject.endswith("…")


def test_a_message_that_grows_beyond_bounds_is_refused_by_check() -> None:
    """Values are cut to size, lists too, so only a file itself can do it."""
    many = replace(sample(), missing=("x" * 10_000,) * 10_000)
    assert len(said("{{ missing }}", many)) < 30_000
    walk = "{% for one in missing %}" + "x" * 45_000 + "{% endfor %}"
    message = template(f"---\nsubject: x\ncategory: service\n---\n{walk}\n")
    many_sentences = replace(sample(), missing=("x",) * 50)
    assert message.tokens == {"missing"}
    with pytest.raises(Exception, match="grows beyond"):
        render(message, many_sentences)
    _, problems = read_message("x" * 60_000, FILE)
    assert ["E404"] == [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("subject", "body", "code"),
    [
        ("{% if due %}Due{% endif %}", "Hello", "E402"),
        ("Hello", "{% if due %}Due{% endif %}", "E403"),
        ("Hello", "", "E403"),
    ],
)
def test_check_finds_what_says_nothing_to_somebody(subject: str, body: str, code: str) -> None:
    """An `if` that leaves nothing for a learner of whom nothing is known."""
    message = template(f"---\nsubject: {subject}\ncategory: service\n---\n{body}\n")
    assert [code] == [problem.code for problem in check_message(message)]


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt", "ar", "", "x-klingon"])
def test_every_token_says_something_in_every_language(language: str) -> None:
    """Shown by itself it renders, known or not; only links and what it describes may be empty."""
    for name in TOKENS:
        for tokens in (sample(), unknown()):
            text = said(f"Hello {{{{ {name} }}}}", tokens, language)
            empty = text == "Hello"
            silent = name.endswith(".link") or name in {"missing", "credential.describes"}
            assert not empty or (silent and tokens == unknown()), name


def test_the_language_is_in_the_files_name() -> None:
    """And rules call all versions by one name."""
    assert ("messages/x.md", "es") == split_name("messages/x.es.md")
    assert ("messages/x.md", "pt-BR") == split_name("messages/x.pt-BR.md")
    assert ("messages/x.md", "") == split_name("messages/x.md")
    assert ("messages/week-2.1.md", "") == split_name("messages/week-2.1.md")


def test_a_folder_of_messages(tmp_path: Path) -> None:
    """All of it is read and checked; files that cannot be read are mistakes, not tracebacks."""
    folder = tmp_path / "messages"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.md").write_text(EXAMPLE, encoding="utf-8")
    (folder / "deep" / "b.es.md").write_text(EXAMPLE, encoding="utf-8")
    (folder / "bad.md").write_bytes(b"---\nsubject: \xff\n")
    (folder / "link.md").write_text(EXAMPLE + "[x](javascript:y)", encoding="utf-8")
    templates, problems = load_messages(folder)
    assert ["messages/a.md", "messages/deep/b.es.md", "messages/link.md"] == [
        found.file for found in templates
    ]
    assert [("messages/bad.md", "E404"), ("messages/link.md", "E403")] == [
        (problem.span.file, problem.code) for problem in problems
    ]
    templates, problems = load_messages(folder, "rules/packs/x")
    assert "rules/packs/x/messages/bad.md" == problems[0].span.file
    assert ("rules/packs/x/messages/deep/b.es.md", "messages/deep/b.md", "es") == (
        templates[1].file,
        templates[1].name,
        templates[1].language,
    )


def test_times_are_on_the_learners_clock() -> None:
    """Half past eleven in the evening in UTC is the next day in Madrid."""
    late = Tokens(due=datetime(2025, 3, 9, 23, 30, tzinfo=UTC), zone=ZoneInfo("Europe/Madrid"))
    assert "10 March 2025, 00:30" == said("{{ due }}", late)
    assert "00:30" == said("{{ due | time }}", late)
    with pytest.raises(ValueError, match="zone"):
        Tokens(due=datetime(2025, 3, 9))


@pytest.mark.parametrize(
    ("language", "day", "score", "instead"),
    [
        ("en", "3 March 2025", "78.5%", "a while ago"),
        ("es", "3 de marzo de 2025", "78,5\u00a0%", "hace un tiempo"),
        ("es-MX", "3 de marzo de 2025", "78,5\u00a0%", "hace un tiempo"),
        ("fr", "3 mars 2025", "78,5\u202f%", "il y a quelque temps"),
        ("de", "3. März 2025", "78,5\u00a0%", "vor einer Weile"),
        ("pt", "2025-03-03", "78.5%", "a while ago"),
    ],
)
def test_days_and_scores_in_each_language(
    language: str, day: str, score: str, instead: str
) -> None:
    """And neutral ones where a language is not built in."""
    body = "{{ learner.last_seen | day }} · {{ score | percent }}"
    assert f"{day} · {score}" == said(body, sample(), language)
    assert said(body, unknown(), language).startswith(instead)


def test_a_score_is_never_rounded() -> None:
    """69.996% is below 70% and is shown as what it is."""
    assert "69.996%" == said("{{ score }}", Tokens(score=Fraction(69996, 100000)))


FRAGMENTS = st.sampled_from(
    [
        *[
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "---",
            ":",
            "|",
            "(",
            "[",
            "]",
            ")",
            "<",
            "`",
            "*",
            "'",
            "_",
            "&",
            "!",
            "1",
            "subject",
            "category",
            "if",
            "for",
            "in",
        ],
        *["endif", "endfor", "raw", "due", "missing", "day", "learner.name", "https://a.test"],
        *("\n", " ", "- ", "> ", "\\", '"'),
    ]
)


@given(text=st.one_of(st.text(), st.lists(FRAGMENTS, max_size=40).map("".join)), head=st.booleans())
def test_no_file_brings_a_traceback(text: str, *, head: bool) -> None:
    """Whatever is in a file, it is a message or mistakes within the file; then it renders."""
    whole = f"---\nsubject: x\ncategory: service\n---\n{text}" if head else text
    found, problems = read_message(whole, FILE)
    assert (found is None) is bool(problems)
    assert all(problem.span.line <= len(whole.splitlines()) + 1 for problem in problems)
    if found is not None:
        check_message(found)


@given(words=st.text())
def test_whatever_an_lms_sends_is_only_words(words: str) -> None:
    """No title or name makes a tag, a link or a second line of a subject."""
    known = replace(sample(), learner_first_name=words, course_title=words, missing=(words,))
    rendered = render(template(EXAMPLE + "{{ missing }}\n"), known)
    plain = render(template(EXAMPLE + "{{ missing }}\n"), replace(sample(), missing=("x",)))
    assert [rendered.subject] == rendered.subject.splitlines()
    body, plain_body = (page.partition("<body")[2] for page in (rendered.html, plain.html))
    assert plain_body.count("<") == body.count("<")
