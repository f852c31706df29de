"""A run as JUnit XML, the form in which build servers read tests: one test case for each question.

The elements and attributes are those of the JUnit 10 schema of Apache Ant that Jenkins, GitLab and GitHub actions read.
A question that could not be scored is an error, one that does not apply is skipped.
"""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # only written here, never parsed

from assistant.safe_text import safe
from eval.records import Run
from eval.report.view import FAILED, SKIPPED, UNSCORED, Shown, shown

_KINDS = {FAILED: "failure", UNSCORED: "error", SKIPPED: "skipped"}
_NO_XML = dict.fromkeys([*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF])  # not characters; XML 1.0 forbids the last two


def junit(run: Run) -> str:
    """Return the XML document."""
    items = shown(run)
    count = Counter(item.state for item in items)
    totals = {
        "name": _text(run.info.suite),
        "tests": str(len(items)),
        "failures": str(count[FAILED]),
        "errors": str(count[UNSCORED]),
        "skipped": str(count[SKIPPED]),
        "time": f"{sum(item.seconds or 0.0 for item in items):.3f}",
    }
    root = Element("testsuites", totals)
    suite = SubElement(root, "testsuite", {**totals, "timestamp": run.info.started.isoformat(timespec="seconds")})
    properties = SubElement(suite, "properties")
    for name, value in _facts(run).items():
        SubElement(properties, "property", {"name": name, "value": _text(value)})
    for item in items:
        _case(suite, run.info.suite, item)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _facts(run: Run) -> dict[str, str]:
    info, scores = run.info, run.scores
    return {
        "run": info.id,
        "model": info.model,
        "embedder": info.embedder,
        "archive": info.archive.fingerprint,
        "passed": f"{scores.passed} of {scores.planned}",
        **{f.name: f"{f.value:.4f} [{f.low:.4f}, {f.high:.4f}]" for f in scores.figures},
    }


def _case(suite: Element, name: str, item: Shown) -> None:
    group = item.result.tags[0] if item.result.tags else "questions"
    place = {"classname": _text(f"{name}.{group}"), "name": _text(f"{item.key}: {item.question.question}")}
    case = SubElement(suite, "testcase", {**place, "time": f"{item.seconds or 0.0:.3f}"})
    if kind := _KINDS.get(item.state):
        why = item.result.error or item.result.reason or item.state
        SubElement(case, kind, {"message": _text(why)}).text = _text(_told(item))


def _told(item: Shown) -> str:
    answer = item.result.answer
    said = [f"{s.text} ({s.verdict})" for s in answer.statements] if answer else []
    lacking = [f"No answer: {answer.reason}"] if answer and answer.abstained else []
    missed = [f"Gold, {m.found}: {m.text} ({m.place})" for m in item.missed]
    shown_with = [f"{s.text} ({s.place})" for s in item.cited] if item.result.checked else []
    return "\n".join([*lacking, *said, *shown_with, *missed])


def _text(text: str) -> str:
    return safe(text, lines=True).translate(_NO_XML)
