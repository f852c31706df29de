"""Overviews that a language model writes: part by part, each statement proven; with a scripted model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.conversation import DraftWritten, OnStage, SentencesFound, unwatched_stage
from assistant.app import Assistant
from assistant.llm.chat import Message, Reply
from assistant.records import Answer, Verdict
from assistant.settings import load
from tests.fakes.chat import ScriptedChat

ASKED = "Summarise the bridge story"
DAYS = {
    "one": (4, "The Pellin bridge at Orrin was closed on Tuesday after divers found 14 cracks in a pier of it."),
    "two": (10, "Mayor Ilka Brandt put the repair of the Pellin bridge at Orrin at 9 million crowns on Monday."),
    "three": (18, "The Pellin bridge at Orrin carries buses again, and lorries follow in November, the city said."),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    for name, (day, text) in DAYS.items():
        (folder / f"{name}.txt").write_text(f"Title: Pellin bridge\nDate: 2025-03-{day:02}\n\n{text}\n", "utf-8")
    with Assistant.open(folder / "library", settings=load(use_model=False, cache=folder / "cache").settings) as opened:
        opened.ingest([*folder.glob("*.txt")])
    return folder


class Writer(ScriptedChat):
    """A model that repeats the sentences that it is offered, each with its number."""

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, on_text: Callable[[str], None] | None = None
    ) -> Reply:
        self._queue = [" ".join(re.findall(r"^.* \[\d+\]$", messages[-1].content, re.MULTILINE))]
        return super().complete(messages, max_tokens=max_tokens, on_text=on_text)


def asked(
    library: Path,
    model: ScriptedChat,
    heard: list[str] | None = None,
    on_stage: OnStage = unwatched_stage,
    **settings: Any,
) -> Answer:
    fixed: dict[str, Any] = {
        "model": "scripted",
        "base_url": "http://localhost:1",
        "cache": library / "cache",
        "reader": "off",
    }
    made = load(**fixed, **settings)
    with Assistant.open(library / "library", settings=made.settings, wrap_model=lambda _: model) as assistant:
        on_text = heard.append if heard is not None else None
        return assistant.ask(ASKED, date(2025, 4, 1), on_text=on_text, on_stage=on_stage)


def test_each_statement_of_the_model_is_proven_and_the_story_told_beside_it(library: Path) -> None:
    answer = asked(library, Writer())
    assert answer.prompt_id.startswith("overview@")
    assert {s.verdict for s in answer.statements} == {Verdict.SUPPORTED}
    assert len(answer.statements) == len(DAYS)
    assert answer.story is not None
    assert answer.story.articles == len(DAYS)


@pytest.mark.parametrize(("settings", "offered"), [({"prompt_tokens": 200}, 2), ({"overview_evidence": 3}, 3)])
def test_as_much_is_offered_as_a_prompt_holds_or_the_setting_says(
    library: Path, settings: dict[str, Any], offered: int
) -> None:
    assert len(asked(library, Writer(), length=1, **settings).evidence) == offered


def test_the_evidence_goes_by_day(library: Path) -> None:
    model = Writer()
    asked(library, model)
    (call,) = model.calls
    assert [call.text.index(f'date="{day} March 2025"') for day, _ in DAYS.values()] == sorted(
        call.text.index(f'date="{day} March 2025"') for day, _ in DAYS.values()
    )
    assert ASKED in call.text


def test_what_does_not_fit_is_written_in_parts_that_are_told_and_joined(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.answering.generative.fit", lambda evidence, budget, counter: 1)
    model, heard, stages = Writer(), list[str](), list[SentencesFound | DraftWritten]()
    answer = asked(library, model, heard, stages.append)
    assert len(model.calls) == len(DAYS)
    assert [type(stage) for stage in stages] == [SentencesFound, DraftWritten] * len(DAYS)
    found = [c for stage in stages if isinstance(stage, SentencesFound) for c in stage.sentences]
    assert {c.number: c.ref for c in found} == {c.number: c.ref for c in answer.evidence}
    assert "Part 2 of 3, 10 Mar 2025" in "".join(heard)
    assert "Written in 3 parts, by time." in answer.notices
    days = [s.citations[0].article.published for s in answer.statements]
    assert days == [date(2025, 3, day) for day, _ in DAYS.values()]


def test_where_nothing_is_proven_the_sentences_are_quoted_instead(library: Path) -> None:
    answer = asked(library, ScriptedChat(["The ferry of Zorbland sank with 900 passengers in 1850. [1]"]))
    assert any("quoted instead" in notice for notice in answer.notices)
    assert {s.text for s in answer.statements} <= {text for _, text in DAYS.values()}
    assert answer.unproven
    assert not answer.abstained


def test_strict_leaves_out_what_is_not_supported(library: Path) -> None:
    reply = f"{DAYS['one'][1]} [1] The ferry of Zorbland sank in 1850. [1]"
    answer = asked(library, ScriptedChat([reply]), strict=True)
    assert all(s.verdict is Verdict.SUPPORTED for s in answer.statements)
    assert answer.left_out
