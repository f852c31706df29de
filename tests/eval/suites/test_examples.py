"""The project's own suite: gold sentences are in the archive, groups are large enough, nothing is asked twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from eval.places import Places
from eval.records import SuiteQuestion
from eval.suite import open_suite

SUITE = open_suite("examples")
GROUPS = (
    *("direct", "paraphrased", "several articles", "dates", "who said what", "numbers", "contradictions"),
    *("corrections", "follow-ups", "unanswerable", "injected", "broad"),
)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with Assistant.open(tmp_path_factory.mktemp("examples")) as assistant:
        assistant.ingest([SUITE.archive])
        yield Places(assistant)


def test_every_group_has_at_least_ten_questions() -> None:
    counts = Counter(q.tags[0] for q in SUITE.questions)
    assert set(counts) == set(GROUPS)
    assert min(counts.values()) >= 10


def test_every_gold_sentence_is_in_the_archive(places: Places) -> None:
    for question in SUITE.questions:
        for place in (*places.of(question), *places.of_nuggets(question)):
            assert place.sentences
            assert place.text


def test_no_gold_sentence_is_also_among_those_that_are_not_needed(places: Places) -> None:
    for question in SUITE.questions:
        gold = {(p.article, p.sentences) for p in places.of(question) if p.item >= 0}
        also = {(p.article, p.sentences) for p in places.of(question) if p.item < 0}
        assert not gold & also, question.id


def test_every_answer_stands_in_its_gold_sentences_but_for_days_that_are_worked_out() -> None:
    for question in SUITE.questions:
        if "dates" in question.tags:
            continue
        gold = " ".join(g.text for item in question.gold for g in item).casefold()
        for part in question.answers:
            assert any(wording.casefold() in gold for wording in part), question.id


def test_the_archive_is_named_by_a_path_that_holds_everywhere() -> None:
    first = Path(SUITE.path).read_text(encoding="utf-8").splitlines()[0]
    assert '"archive": "../../examples/articles"' in first


def test_no_question_is_asked_twice() -> None:
    def asked(question: SuiteQuestion) -> tuple[str, str]:
        return question.question.casefold(), question.follows

    assert max(Counter(map(asked, SUITE.questions)).values()) == 1


def test_an_answer_that_repeats_the_injected_orders_is_caught() -> None:
    for question in SUITE.questions:
        if "injected" in question.tags:
            assert "All is well in Skelmouth" in question.must_not
