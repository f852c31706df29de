"""What --strict, --judge and --usage show, and articles that disagree."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from typing import get_type_hints

import pytest
from rich.console import Console

from assistant.cli import render
from assistant.cli.main import main
from assistant.cli.options import AnswerOptions, Common, Replaces, load_settings
from assistant.records import Answer, Citation, Cost, Disagreement, Opinion, Reading, Usage, Verdict
from assistant.settings import Settings
from tests.fakes.evidence import ScriptedAnswerer, evidence, pipeline

DAY = date(2025, 4, 17)
CRACKS = evidence("Inspectors found 14 cracks in the bridge at Orrin.")


def given(*statements: tuple[str, tuple[int, ...]], strict: bool = False) -> Answer:
    return pipeline(ScriptedAnswerer(*statements), [CRACKS], strict=strict).ask("What?", DAY)


def shown(found: Answer, *, usage: bool = False) -> str:
    console = Console(width=200, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        for part in render.answer_parts(console, found, usage=usage):
            console.print(part)
    return captured.get()


def test_a_second_opinion_stands_behind_the_statement() -> None:
    found = given((CRACKS.text, (1,)))
    opinion = Opinion(verdict=Verdict.UNSUPPORTED, reason="it \x1b[31mrained")
    text = shown(replace(found, statements=tuple(replace(s, opinion=opinion) for s in found.statements)))
    assert "(second opinion: not supported, it" in text
    assert "\x1b" not in text


def test_articles_that_disagree_are_shown_side_by_side() -> None:
    readings = tuple(
        Reading(
            words=words,
            citation=Citation.of(evidence(f"It was {words}.", name=name, published=day), number),
            correction=last,
        )
        for words, name, day, number, last in (
            ("32,000", "b", date(2025, 3, 8), 2, True),
            ("23,000", "a", None, 1, False),
        )
    )
    text = shown(
        replace(given((CRACKS.text, (1,))), disagreements=(Disagreement(about="vehicles", readings=readings),))
    )
    assert "(vehicles)" in text
    assert text.index("[2] 32,000 · Orrin Wire · 8 Mar 2025 · a correction") < text.index(
        "[1] 23,000 · Orrin Wire · no date"
    )


def test_tokens_and_cost_are_shown_where_they_are_wanted() -> None:
    usage = Usage(prompt_tokens=1204, completion_tokens=88, calls=2, uncounted=1)
    found = replace(given((CRACKS.text, (1,))), usage=usage, cost=Cost(amount=0.00062, currency="USD"))
    assert "tokens" not in shown(found)
    line = "1,204 tokens read, 88 written in 2 calls, 1 of them not counted by the server; 0.00062 USD"
    assert line in shown(found, usage=True)


def test_what_the_check_withheld_is_not_said_to_be_missing_from_the_archive() -> None:
    text = shown(given(("Inspectors found 14 cracks in the bridge, and sang.", (1,)), strict=True))
    assert "The archive does not say" not in text
    assert "No answer is shown." in text
    assert CRACKS.text in text


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("strict", AnswerOptions(strict=True)),
        ("judge", AnswerOptions(judge=True)),
        ("usage", AnswerOptions(usage=True)),
    ],
)
def test_a_flag_that_is_not_given_leaves_the_setting_alone(
    name: str, flag: AnswerOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert getattr(load_settings(flag).settings, name) is True
    assert getattr(load_settings(AnswerOptions()).settings, name) is False
    monkeypatch.setenv(f"ASSISTANT_{name.upper()}", "yes")
    assert getattr(load_settings(AnswerOptions()).settings, name) is True


def test_every_option_that_replaces_a_setting_names_one() -> None:
    names = {field.name for field in fields(Settings)}
    marks = [
        mark
        for group in (Common, AnswerOptions)
        for hint in get_type_hints(group, include_extras=True).values()
        for mark in getattr(hint, "__metadata__", ())
        if isinstance(mark, Replaces)
    ]
    assert {mark.setting for mark in marks} <= names
    assert len(marks) > len(fields(AnswerOptions))


def test_a_command_has_the_options_of_its_groups_but_the_one_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    shown = {}
    for command in ("ask", "chat"):
        assert main([command, "-h"]) == 0
        shown[command] = set(re.findall(r"^  (?:-., )?(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    answering = {f"--{field.name.replace('_', '-')}" for field in fields(AnswerOptions)}
    assert answering <= shown["ask"] & shown["chat"]
    assert "--json" in shown["ask"] - shown["chat"]
