"""Templates that would take the machine or its secrets: refused on their tree, before compiling."""

import time
from unittest.mock import patch

import pytest

from notifications import sandbox
from notifications.message import read_message

HOSTILE = [
    "{{ 'a' * 2000000000 }}",
    "{% if false %}{{ 'a' * 400000000 }}{% endif %}",
    "{{ [0] * 500000000 }}",
    "{{ '%2000000000d' % 1 }}",
    "{{ '{:2000000000}'.format(1) }}",
    "{{ 10 ** 10000000 }}",
    "{{ 7 // 2 }}",
    "{{ 1 + 1 }}",
    "{{ learner.name ~ learner.name }}",
    "{{ learner.name | center(2000000000) }}",
    "{{ learner.name | format(1) }}",
    "{{ learner.name | indent(2000000000) }}",
    "{{ learner.name | wordwrap(1) }}",
    "{{ learner.name | urlize }}",
    "{{ learner.name | batch(1) }}",
    "{{ learner.name | attr('__class__') }}",
    "{{ missing | map(attribute='__class__') }}",
    "{{ lipsum(n=100000) }}",
    "{{ range(99999) }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "{% for a in missing %}{% for b in missing %}x{% endfor %}{% endfor %}",
    "{% for a in missing recursive %}{{ loop(missing) }}{% endfor %}",
    "{% for a in missing if a %}{{ a }}{% endfor %}",
    "{% for a, b in missing %}{{ a }}{% endfor %}",
    "{% for _a in missing %}{{ _a }}{% endfor %}",
    "{% for learner in missing %}{{ learner }}{% endfor %}",
    "{% for a in learner.name %}{{ a }}{% endfor %}",
    "{% for a in 'abc' %}{{ a }}{% endfor %}",
    "{% for a in missing %}{{ loop.index }}{% endfor %}",
    "{% set a = 'x' %}{% set a = a ~ a %}{{ a }}",
    "{% set a %}x{% endset %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% call m() %}{% endcall %}",
    "{% import 'x' as x %}",
    "{% from 'x' import y %}",
    "{% include 'frame.html' %}",
    "{% extends 'frame.html' %}",
    "{% block b %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% with a = 1 %}{{ a }}{% endwith %}",
    "{% autoescape false %}x{% endautoescape %}",
    "{{ learner.__class__ }}",
    "{{ learner.name.__class__.__mro__ }}",
    "{{ learner['name'] }}",
    "{{ learner.name.upper() }}",
    "{{ ''.__class__ }}",
    "{{ self }}",
    "{{ config }}",
    "{{ namespace() }}",
    "{{ [] }}",
    "{{ {} }}",
    "{{ (1, 2) }}",
    "{{ 'words' }}",
    "{{ learner.name if due else score }}",
    "{{ score > 3 }}",
    "{% if score > 3 %}x{% endif %}",
    "{% if score is defined %}x{% endif %}",
    "{% if 'a' * 400000000 %}x{% endif %}",
    "{{ learner.name | default('a' * 400000000) }}",
    "{{ learner.name | default(learner.name) }}",
    "{{ learner.name | default('a', true) }}",
    "{{ learner.name | default(*missing) }}",
    "{{ learner.name | upper(**learner) }}",
    "{{ learner.name | upper | lower }}",
    "{{ 'a' | upper }}",
    "{% if (learner.name | upper) %}x{% endif %}",
    "{{ " + "(" * 5000 + "due" + ")" * 5000 + " }}",
    "{{ learner" + ".name" * 5000 + " }}",
    "{% if " + "not " * 5000 + "due %}x{% endif %}",
    "{% if due %}" * 400 + "x" + "{% endif %}" * 400,
    "{{ due }}" * 5000,
    "{{ due",
    "{% if due %}",
    "{% unheard_of %}",
    "{{ due | day | }}",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda template: template[:40])
@pytest.mark.parametrize("place", ["body", "subject"])
def test_it_is_refused_before_it_is_compiled(place: str, hostile: str) -> None:
    """Quickly, with a code, a place and no traceback; nothing is compiled or run."""
    subject, body = ("Hello", hostile) if place == "body" else (hostile, "Hello")
    began = time.process_time()
    with (
        patch.object(type(sandbox.BODY), "compile", side_effect=AssertionError("it was compiled")),
        patch.object(type(sandbox.BODY), "from_string", side_effect=AssertionError("compiled")),
    ):
        template, problems = read_message(
            f"---\nsubject: {subject}\ncategory: reminders\n---\n{body}\n", "messages/hostile.md"
        )
    assert template is None
    assert problems
    assert {"E401", "E403"} >= {problem.code for problem in problems}
    assert {5 if place == "body" else 2} >= {problem.span.line for problem in problems}
    assert time.process_time() - began < 1


def test_the_sandbox_itself_knows_no_globals() -> None:
    """Even what slipped through would find neither `range` nor `lipsum`."""
    assert ({}, {}) == (sandbox.BODY.globals, sandbox.BODY.tests)
    assert set(sandbox.BODY.filters) == {"day", "time", "percent", "upper", "lower", "default"}
