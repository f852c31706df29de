from __future__ import annotations

from datetime import date

import pytest

from assistant.records import Answer, Verdict
from eval.records import GoldPlace, SuiteQuestion
from eval.scoring import answer_metrics, failure, retrieval_failure, retrieval_metrics
from tests.eval.making import answer, citation, place, question, statement

DAY = date(2025, 3, 6)
ABSTAINED = answer(abstained=True, reason="No article mentions it.")
SUPPORTED, PARTLY, UNSUPPORTED = Verdict.SUPPORTED, Verdict.PARTLY, Verdict.UNSUPPORTED
CLOSED = citation(3, "It closed at 6 p.m.")
OTHER = citation(8, "It opened in 1961.")


def said(text: str, *cited: int, verdict: Verdict = SUPPORTED) -> Answer:
    by_number = {3: CLOSED, 8: OTHER}
    return answer(statement(text, verdict, *(by_number[n] for n in cited)))


WHEN = question(answers=(("6 p.m.", "18:00"),), gold=(("unused",),))
SEVERAL = question(answers=(("214",), ("81",)))


@pytest.mark.parametrize(
    ("asked", "given", "gold", "why"),
    [
        (question(unanswerable=True), ABSTAINED, [], ""),
        (question(unanswerable=True), said("It closed.", 3), [], "answered, although"),
        (WHEN, ABSTAINED, [place(3)], "refused: No article"),
        (WHEN, said("At 18:00.", 8), [place(3)], ""),  # the accepted words, another citation
        (WHEN, said("It closed in the evening.", 3), [place(4)], ""),  # the accepted words stand in the cited sentence
        (WHEN, said("It opened in 1961.", 8), [place(8)], ""),  # a gold sentence is cited
        (WHEN, said("It opened in 1961.", 8), [place(3)], "without “6 p.m.”, 0 of 1"),
        (WHEN, said("At 6 p.m.", 3, verdict=UNSUPPORTED), [place(3)], "no statement stood"),
        (WHEN, said("At 6 p.m.", 3, verdict=PARTLY), [place(3)], ""),
        (SEVERAL, said("From 214 to 81.", 8), [], ""),
        (SEVERAL, said("It was 214.", 8), [], "without “81”"),
        (SEVERAL, said("It was 214.", 8), [place(8), place(3, item=1)], "1 of 2 gold"),
        (SEVERAL, said("So it was.", 3, 8), [place(8), place(3, item=1)], ""),
        (
            question(answers=(("x",),)),
            said("It opened.", 8),
            [place(None)],
            "without “x”",
        ),  # the article alone is not it
        (question(), said("It opened.", 8), [place(None)], ""),  # … unless nothing else is known
        (question(answers=(("6 p.m.",),), must_not=("FISH",)), said("At 6 p.m., fish.", 3), [], "must not: FISH"),
        (question(answers=(("x",),), must_not=("in  1961",)), said("x", 8), [], "must not"),
        (WHEN, said("So.", 8), [place(3), place(8, item=-1)], "0 of 1"),  # right to cite, but not what was asked
    ],
)
def test_when_an_answer_passes(asked: SuiteQuestion, given: Answer, gold: list[GoldPlace], why: str) -> None:
    found = failure(asked, given, gold)
    assert why in found
    assert bool(found) is bool(why)


def test_when_retrieval_passes() -> None:
    asked = question(answers=(("6 p.m.",),))
    assert retrieval_failure(asked, [OTHER, CLOSED], []) == ""
    assert "without" in retrieval_failure(asked, [OTHER] * 10 + [CLOSED], [place(3)])


def test_an_abstention_scores_nothing_where_an_answer_could_have_scored() -> None:
    metrics = answer_metrics(WHEN, ABSTAINED, [place(3)], DAY)
    assert metrics == {
        "abstained": 1.0,
        "contains": 0.0,
        "exact match": 0.0,
        "token f1": 0.0,
        "gold citation recall": 0.0,
    }


def test_of_an_unanswerable_question_only_the_abstention_is_measured() -> None:
    assert answer_metrics(question(unanswerable=True), said("At 6 p.m.", 3), [], DAY) == {"abstained": 0.0}


def test_sentences_that_are_right_to_cite_count_for_precision_only() -> None:
    metrics = answer_metrics(WHEN, said("At 6 p.m.", 3, 8), [place(3), place(8, item=-1)], DAY)
    assert (metrics["gold citation precision"], metrics["gold citation recall"]) == (1.0, 1.0)
    ranked = retrieval_metrics([OTHER, CLOSED], [place(3), place(8, item=-1)])
    assert (ranked["sentence hit@1"], ranked["sentence mrr@10"]) == (0.0, 0.5)


def test_the_programs_own_check_judges_citations() -> None:
    both = answer(statement("It closed at 6 p.m.", SUPPORTED, CLOSED, OTHER))
    metrics = answer_metrics(WHEN, both, [], DAY)
    assert (metrics["citation recall"], metrics["citation precision"]) == (1.0, 0.5)


def test_several_sentences_of_one_article_are_one_article() -> None:
    gold = [place(1, item=0), place(2, item=1), place(5, of="b", item=2)]
    metrics = retrieval_metrics([citation(9), citation(1, of="b", sentence=9)], gold)
    assert metrics["article recall@10"] == 1.0
    assert metrics["article ndcg@10"] == pytest.approx(1.0)
    assert metrics["sentence recall@10"] == 0.0


def test_without_gold_no_ranking_is_measured() -> None:
    assert retrieval_metrics([CLOSED], []) == {}
