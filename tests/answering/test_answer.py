"""From evidence to a checked answer: what is shown, what is refused, and what a number means."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answering.answer import answer
from assistant.answering.conversation import Conversation
from assistant.answering.follow_up import by_code, points_back
from assistant.answering.quoting import QuotingAnswerer
from assistant.errors import ModelUnreachable
from assistant.records import Turn, Verdict
from tests.fakes.evidence import ScriptedAnswerer, evidence, parts

DAY = date(2025, 4, 17)
CRACKS = evidence("Inspectors found 14 cracks in the bridge at Orrin.")
MAYOR = evidence("Mayor Ilka Brandt closed the bridge on Monday.", name="b", published=date(2025, 3, 10), score=0.8)


def test_without_a_model_the_answer_is_the_sentences_themselves_and_all_are_supported() -> None:
    found = answer("Why was it closed?", parts(QuotingAnswerer(), [CRACKS, MAYOR]), asked_on=DAY)
    assert [s.text for s in found.statements] == [CRACKS.text, MAYOR.text]
    assert all(s.verdict is Verdict.SUPPORTED for s in found.statements)
    assert [c.number for c in found.citations] == [1, 2]
    assert (found.evidence_from, found.evidence_until) == (date(2025, 3, 4), date(2025, 3, 10))
    assert (found.model, found.prompt_id, found.usage) == ("", "", None)


def test_a_supported_statement_keeps_its_citation() -> None:
    answerer = ScriptedAnswerer(("Inspectors found 14 cracks in the bridge.", (1,)))
    (statement,) = answer("What was found?", parts(answerer, [CRACKS, MAYOR]), asked_on=DAY).statements
    assert statement.verdict is Verdict.SUPPORTED
    assert statement.citations[0].text == CRACKS.text


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Inspectors found 17 cracks in the bridge.", Verdict.UNSUPPORTED),
        ("Mayor Jonas Keel closed the bridge.", Verdict.UNSUPPORTED),
        ("The report spoke of “deep and dangerous cracks everywhere” in the bridge.", Verdict.MISQUOTED),
    ],
)
def test_what_the_cited_sentences_do_not_hold_is_marked_and_named(text: str, verdict: Verdict) -> None:
    (statement,) = answer("?", parts(ScriptedAnswerer((text, (1, 2))), [CRACKS, MAYOR]), asked_on=DAY).statements
    assert statement.verdict is verdict
    assert statement.problems


def test_an_invented_number_is_reported_and_never_becomes_a_citation() -> None:
    answerer = ScriptedAnswerer(("Inspectors found 14 cracks in the bridge.", (1, 9)), ("It reopened.", (44,)))
    found = answer("?", parts(answerer, [CRACKS]), asked_on=DAY)
    assert [s.unknown for s in found.statements] == [(9,), (44,)]
    assert [[c.number for c in s.citations] for s in found.statements] == [[1], []]
    assert found.statements[1].verdict is Verdict.UNCITED
    assert found.unknown == (9, 44)


def test_too_little_evidence_asks_no_model_and_says_what_the_archive_holds() -> None:
    answerer = ScriptedAnswerer(("Anything.", (1,)))
    found = answer("Who won?", parts(answerer, [CRACKS], strength=0.0, missing=("won",)), asked_on=DAY)
    assert answerer.requests == []
    assert found.abstained
    assert found.statements == ()
    assert "“won”" in found.reason
    assert "2 articles" in found.reason
    assert [c.text for c in found.evidence] == [CRACKS.text]


def test_no_evidence_at_all_is_an_abstention_too() -> None:
    found = answer("Who won?", parts(QuotingAnswerer(), []), asked_on=DAY)
    assert found.abstained
    assert found.evidence == ()


def test_a_model_that_declines_is_an_abstention_that_names_it() -> None:
    found = answer("?", parts(ScriptedAnswerer(declined=True), [CRACKS]), asked_on=DAY)
    assert found.abstained
    assert found.model == "scripted"


def test_a_reply_that_cites_nothing_is_not_shown_as_an_answer() -> None:
    found = answer("?", parts(ScriptedAnswerer(("The moon is made of cheese.", ())), [CRACKS]), asked_on=DAY)
    assert found.abstained
    assert found.statements == ()


class TestConversation:
    def test_numbers_go_on_and_keep_their_meaning(self) -> None:
        chat = Conversation(lambda *_: parts(QuotingAnswerer(), [CRACKS, MAYOR]), asked_on=DAY)
        first, second = chat.ask("Why was the bridge at Orrin closed?"), chat.ask("What did Ilka Brandt do on Monday?")
        numbers = [c.number for turn in (first, second) for c in turn.answer.evidence]
        assert numbers == [1, 2, 3, 4]
        third = chat.citation(3)
        assert third is not None
        assert third.text == CRACKS.text
        assert chat.citation(5) is None

    def test_a_number_of_an_earlier_turn_is_unknown_in_this_one(self) -> None:
        answerer = ScriptedAnswerer(("Inspectors found 14 cracks in the bridge.", (1,)))
        chat = Conversation(lambda *_: parts(answerer, [CRACKS]), asked_on=DAY)
        chat.ask("First?")
        second = chat.ask("Second?").answer
        assert second.abstained, "its only number belongs to the first turn"

    def test_a_failed_question_leaves_no_trace(self) -> None:
        class Failing(QuotingAnswerer):
            def draft(self, request, on_text=None):  # type: ignore[no-untyped-def]
                raise ModelUnreachable("no server")

        working = Conversation(lambda *_: parts(QuotingAnswerer(), [CRACKS]), asked_on=DAY)
        working.ask("Why was the bridge at Orrin closed?")
        before = working.turns
        working._parts_for = lambda *_: parts(Failing(), [CRACKS])
        with pytest.raises(ModelUnreachable):
            working.ask("And then?")
        assert working.turns == before
        assert working.citation(2) is None


class TestFollowUps:
    def turn(self, question: str) -> Turn:
        found = answer(question, parts(QuotingAnswerer(), [CRACKS]), asked_on=DAY)
        return Turn(question=question, answer=found, standalone=question)

    @pytest.mark.parametrize(
        "question",
        ["Who first reported it?", "And in Skelmouth?", "Why?", "What did he say?", "When was that?", "How many?"],
    )
    def test_a_question_that_points_back_is_searched_with_the_one_before(self, question: str) -> None:
        searched = by_code(question, [self.turn("Who closed the bridge at Orrin?")])
        assert searched.startswith(question)
        assert "bridge at Orrin" in searched

    @pytest.mark.parametrize("question", ["Who is mayor of Skelmouth?", "How many people live in Orrin Bay today?"])
    def test_a_complete_question_is_left_alone(self, question: str) -> None:
        assert not points_back(question)
        assert by_code(question, [self.turn("Who closed the bridge?")]) == question

    def test_the_first_question_is_left_alone(self) -> None:
        assert by_code("Who first reported it?", []) == "Who first reported it?"
