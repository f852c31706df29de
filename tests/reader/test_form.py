"""What a reader is shown."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assistant.reader.protocol import ALL, LEFT, behind_titles, cut, in_context, with_days
from tests.checks.evidence_for_checks import OFFERED


def test_days_stand_behind_the_words_that_name_them() -> None:
    assert with_days("He said so on Tuesday.", date(2024, 3, 14)) == "He said so on Tuesday (12 March 2024)."
    assert with_days("He said so on Tuesday.", None) == "He said so on Tuesday."
    assert with_days("It was on 3 May 2023.", date(2024, 3, 14)) == "It was on 3 May 2023."


def test_sentences_stand_behind_their_titles_article_by_article() -> None:
    shown = behind_titles([OFFERED[1], OFFERED[2], OFFERED[4]])
    assert shown.count(" | ") == 2
    assert shown.startswith("Lindhaven council approves harbour tunnel | Mayor")
    assert "on Tuesday (12 March 2024)" in shown
    assert "Vessling Bank | Exports" in shown


def test_a_sentence_stands_behind_its_title_and_the_sentence_before() -> None:
    shown = in_context(OFFERED[2], before="The mayor spoke.")
    assert shown.startswith("Lindhaven council approves harbour tunnel | The mayor spoke. | “We will not")


@given(st.lists(st.integers(1000, 2000), max_size=300), st.lists(st.integers(1000, 2000), max_size=300))
def test_both_sides_are_cut_to_the_room_there_is(left: list[int], right: list[int]) -> None:
    pieces, begin = cut(left, right)
    assert len(pieces) <= ALL
    assert (pieces[0], pieces[begin - 1], pieces[-1]) == (101, 102, 102)
    assert pieces[1 : begin - 1] == left[:LEFT]
    assert pieces[begin:-1] == right[: len(pieces) - begin - 1]
