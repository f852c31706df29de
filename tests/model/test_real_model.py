"""Whole conversations with a real, weak language model over HTTP: the laws hold whatever it writes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.records import Answer, Verdict
from assistant.settings import load

pytestmark = pytest.mark.model

DAY = date(2025, 3, 10)
ARTICLES = {
    "bridge": (
        "The Pellin bridge at Orrin was closed on Monday. Inspectors had found 14 cracks in its No. 3 pier. "
        "Mayor Ilka Brandt said that repairs would cost 9 million crowns. She promised a ferry for the summer."
    ),
    "mill": "The paper mill at Dunmark will hire 60 people in May. It makes cardboard from old newspapers.",
}
CLOSED = "When was the Pellin bridge at Orrin closed?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    for name, text in ARTICLES.items():
        (folder / f"{name}.txt").write_text(f"Date: 2025-03-04\nOutlet: Orrin Wire\n\n{text}\n", encoding="utf-8")
    return folder


@pytest.fixture
def opened(model_address: str, library: Path, model_cache: Path, request: pytest.FixtureRequest) -> Iterator[Assistant]:
    wanted = getattr(request, "param", {})
    settings = load(
        {}, base_url=model_address, cache=model_cache, evidence=6, answer_tokens=60, timeout=120, **wanted
    ).settings
    with Assistant.open(library / "library", settings=settings) as assistant:
        assistant.ingest([library / f"{name}.txt" for name in ARTICLES])
        yield assistant


def check_laws(answer: Answer) -> None:
    """What holds for every answer, whatever a model wrote."""
    offered = {citation.number: citation.text for citation in answer.evidence}
    for statement in answer.statements:
        assert statement.verdict in Verdict
        assert statement.problems or statement.verdict in (Verdict.SUPPORTED, Verdict.UNCITED)
        assert all(offered[c.number] == c.text for c in statement.citations), "nothing but what was offered is cited"
        assert not set(statement.unknown) & offered.keys()
    texts = " ".join(ARTICLES.values())
    assert all(text in texts for text in offered.values()), "the quoted words come from the store"
    assert answer.abstained == (not answer.statements)
    assert bool(answer.reason) == answer.abstained


def test_an_answer_streams_in_pieces_and_is_checked(opened: Assistant) -> None:
    told: list[str] = []
    answer = opened.ask(CLOSED, asked_on=DAY, on_text=told.append)
    check_laws(answer)
    assert len(told) > 3, "the text comes while it is written"
    assert "".join(told).strip()
    assert answer.model
    assert answer.prompt_id.startswith("answer@")


def test_a_conversation_goes_on_and_its_numbers_keep_their_meaning(opened: Assistant) -> None:
    chat = opened.conversation(asked_on=DAY)
    meant: dict[int, str] = {}
    for question in (CLOSED, "Why was it closed?", "What did she promise?"):
        turn = chat.ask(question)
        check_laws(turn.answer)
        assert turn.standalone
        for citation in turn.answer.evidence:
            assert meant.setdefault(citation.number, citation.ref) == citation.ref
    assert len(set(meant.values())) == len(meant), "one number for each sentence"


def test_what_the_archive_does_not_hold_is_not_asked_of_the_model(opened: Assistant) -> None:
    told: list[str] = []
    answer = opened.ask("Who won the football cup in Portugal?", asked_on=DAY, on_text=told.append)
    check_laws(answer)
    assert answer.abstained
    assert (answer.model, answer.usage, told) == ("", None, [])


def test_ctrl_c_stops_the_answer_and_keeps_the_conversation(opened: Assistant) -> None:
    chat = opened.conversation(asked_on=DAY)

    def stop(_: str) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        chat.ask(CLOSED, on_text=stop)
    assert chat.turns == ()
    check_laws(chat.ask(CLOSED).answer)
    assert len(chat.turns) == 1


@pytest.mark.parametrize("opened", [{"strict": True, "judge": True, "usage": True}], indirect=True)
def test_strict_judged_and_counted(opened: Assistant) -> None:
    answer = opened.ask(CLOSED, asked_on=DAY)
    check_laws(answer)
    assert all(s.verdict is Verdict.SUPPORTED for s in answer.statements)
    assert answer.cost is None, "no table of prices was written"
    if answer.statements:
        assert answer.judge_id.startswith("judge@")
