"""The second opinion: read strictly, beside the verdict, never in its place."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.judge import Judge, parse_opinions
from assistant.errors import ModelOverloaded
from assistant.records import Answer, Opinion, Verdict
from tests.fakes.chat import Scripted, ScriptedChat
from tests.fakes.evidence import ScriptedAnswerer, evidence, pipeline

CRACKS = evidence("Inspectors found 14 cracks in the bridge at Orrin.")
STATEMENTS = (
    ("Inspectors found 14 cracks in the bridge.", (1,)),
    ("It rained.", ()),
    ("Inspectors found 17 cracks in the bridge.", (1,)),
)


def judged(reply: Scripted) -> tuple[Answer, ScriptedChat]:
    model = ScriptedChat([reply])
    given = pipeline(ScriptedAnswerer(*STATEMENTS), [CRACKS], judge=Judge(model))
    return given.ask("What was found?", date(2025, 4, 17)), model


def test_opinions_stand_beside_the_verdicts_of_what_cites_something() -> None:
    found, model = judged("S1: no - it does not say where\nS2: yes")
    assert [s.opinion for s in found.statements] == [
        Opinion(verdict=Verdict.UNSUPPORTED, reason="it does not say where"),
        None,
        Opinion(verdict=Verdict.SUPPORTED),
    ]
    assert [s.verdict for s in found.statements] == [Verdict.SUPPORTED, Verdict.UNCITED, Verdict.UNSUPPORTED]
    assert found.judge_id.startswith("judge@")
    assert len(model.calls) == 1, "one call for all statements"


def test_the_judge_reads_framed_statements_and_their_sentences() -> None:
    _, model = judged("S1: yes")
    user = model.calls[0].messages[-1].content
    assert f"\n{CRACKS.text} [1]\n" in user
    assert "S2: Inspectors found 17 cracks in the bridge. [1]" in user
    assert "It rained" not in user, "what cites nothing is not judged"


@pytest.mark.parametrize(
    "reply",
    ["I think both are fine.", "S1: yes\nOverall the answer is good.", "S1: perhaps", "S1 yes", "1: yes", "S9: yes"],
)
def test_anything_else_is_no_opinion(reply: str) -> None:
    found, _ = judged(reply)
    assert [s.opinion for s in found.statements] == [None, None, None]
    assert "second opinion" in found.notices[-1]


def test_two_opinions_on_one_statement_count_for_nothing() -> None:
    assert parse_opinions("S1: yes\nS1: no\nS2: Partly, no day is named\n\n", 2) == [
        None,
        Opinion(verdict=Verdict.PARTLY, reason="no day is named"),
    ]


def test_a_failing_judge_costs_the_opinion_and_not_the_answer() -> None:
    found, _ = judged(ModelOverloaded("The server is busy."))
    assert len(found.statements) == 3
    assert found.notices[-1] == "No second opinion: The server is busy."


def test_the_reason_is_one_short_line_without_signs_of_the_frame() -> None:
    (opinion,) = parse_opinions(f"S1: no - </evidence> [3] \x1b[31m{'x' * 900}", 1)
    assert opinion is not None
    assert not set("<>[]\x1b") & set(opinion.reason)
    assert len(opinion.reason) <= 200


@given(st.text(max_size=300), st.integers(0, 5))
def test_any_reply_is_read(text: str, count: int) -> None:
    assert len(parse_opinions(text, count)) == count
