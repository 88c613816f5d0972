"""Results of scenarios as JUnit XML for build servers: a suite a file, a case a scenario."""

import re
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from adapters.telling.verdict_text import verdict_lines
from engine.source import Problem, Severity
from rules.scenario_result import Failure, Result
from rules.scenarios import Report

UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML has no way to write."""


def junit(report: Report) -> str:
    """Give a report as one XML document."""
    root = Element("testsuites", name="milepost test")
    for file, results in groupby(report.results, key=lambda result: result.file):
        _suite(root, file, list(results))
    for file in dict.fromkeys(p.span.file for p in report.problems):
        problems = [
            p for p in report.problems if p.span.file == file and p.severity is Severity.ERROR
        ]
        if problems:
            suite = SubElement(root, "testsuite", name=file, tests="1", failures="0", errors="1")
            case = SubElement(suite, "testcase", name="the file can be read", classname=file)
            told = "\n".join(map(_problem, problems))
            _tell(SubElement(case, "error", type="error"), problems[0].message, told)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{sum(result.seconds for result in report.results):.6f}")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, file: str, results: list[Result]) -> None:
    suite = SubElement(
        root,
        "testsuite",
        name=_written(file),
        tests=str(len(results)),
        failures=str(sum(not result.passed for result in results)),
        errors="0",
        time=f"{sum(result.seconds for result in results):.6f}",
    )
    for result in results:
        case = SubElement(
            suite,
            "testcase",
            name=_written(result.name),
            classname=_written(file),
            file=_written(file),
            line=_line(result.place),
            time=f"{result.seconds:.6f}",
        )
        if result.failures:
            first = result.failures[0]
            told = "\n\n".join(_failure(failure) for failure in result.failures)
            _tell(
                SubElement(case, "failure", type="failure"),
                f"expected {first.expected}, got {first.got}",
                told,
            )


def _tell(element: Element, message: str, text: str) -> None:
    element.set("message", _written(message))
    element.text = _written(text)


def _problem(problem: Problem) -> str:
    told = f"{problem.span}: {problem.code} {problem.message}"
    return f"{told}; {problem.hint}" if problem.hint else told


def _failure(failure: Failure) -> str:
    lines = [
        f"{failure.place}   {failure.when}".rstrip(),
        f"expected   {failure.expected}",
        f"got        {failure.got}",
        *verdict_lines(failure.verdict),
    ]
    return "\n".join(lines)


def _line(place: str) -> str:
    """Give the line of `file:line:column`."""
    return place.rsplit(":", 2)[1]


def _written(text: str) -> str:
    return UNWRITABLE.sub("�", text)
