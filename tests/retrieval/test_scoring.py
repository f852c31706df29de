"""The laws of scoring: what must hold whatever the weights are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Filters
from assistant.retrieval.candidates import fuse_scores
from assistant.retrieval.query import Query
from assistant.retrieval.scoring import (
    PassageFeatures,
    best_of_both,
    coverage,
    nearness,
    pair_share,
    passage_scores,
    trust_in_time,
)

ASKED = date(2025, 6, 30)
DAYS = st.integers(min_value=0, max_value=20_000)
SHARE = st.floats(min_value=0, max_value=1)


def query(**known: object) -> Query:
    fields = {"question": "?", "asked_on": ASKED, "filters": Filters(), "terms": {"bridge": 2.0, "closed": 1.0}}
    return Query(**{**fields, **known})  # type: ignore[arg-type]


def features(text: float, near: float) -> PassageFeatures:
    return PassageFeatures(fused=text, lead=text, pairs=text, share=text, nearness=near)


@given(DAYS, DAYS)
def test_the_nearer_in_time_the_higher(one: int, other: int) -> None:
    near, far = sorted((one, other))
    assert nearness(ASKED - timedelta(near), query()) >= nearness(ASKED - timedelta(far), query()) >= 0


def test_nearness_is_one_on_the_day_half_after_some_weeks_and_hardly_differs_for_what_is_old() -> None:
    assert nearness(ASKED, query()) == 1
    assert nearness(ASKED - timedelta(20), query()) == pytest.approx(0.5)
    assert nearness(ASKED - timedelta(14), query(wants_recent=True)) == pytest.approx(0.5)
    assert nearness(ASKED - timedelta(1000), query()) - nearness(ASKED - timedelta(2000), query()) < 0.001


def test_no_nearness_for_later_days_and_for_articles_without_a_date() -> None:
    assert nearness(ASKED + timedelta(1), query()) == 0
    assert nearness(None, query()) == 0


def test_a_named_time_is_what_nearness_counts_from() -> None:
    march = query(target_first=date(2024, 3, 1), target_last=date(2024, 3, 31))
    assert nearness(date(2024, 3, 15), march) == 1
    assert nearness(date(2024, 4, 5), march) == 1, "events are reported in the days after them"
    assert nearness(date(2024, 3, 15), march) > nearness(ASKED - timedelta(1), march)


def test_in_a_long_span_that_still_runs_the_end_counts_most() -> None:
    past_year = query(target_first=ASKED - timedelta(365), target_last=ASKED)
    since = query(target_first=ASKED - timedelta(365))
    for span in (past_year, since):
        assert nearness(ASKED, span) == 1
        assert 0.5 < nearness(ASKED - timedelta(200), span) < nearness(ASKED - timedelta(7), span)
    whole_year = query(target_first=date(2020, 1, 1), target_last=date(2020, 12, 31))
    assert nearness(date(2020, 2, 1), whole_year) == nearness(date(2020, 12, 1), whole_year) == 1


def test_what_is_written_today_about_a_day_long_past_is_near_too_but_less() -> None:
    riot = query(target_first=date(2021, 1, 6), target_last=date(2021, 1, 6))
    assert nearness(date(2021, 1, 8), riot) > nearness(ASKED, riot) > nearness(date(2023, 1, 1), riot)


@given(st.lists(st.tuples(st.floats(0, 40), st.floats(0, 40)), max_size=60), st.integers(1, 40))
def test_the_best_by_words_are_kept_whatever_their_scores_are(rows: list[tuple[float, float]], limit: int) -> None:
    scores, texts = [score for score, _ in rows], [text for _, text in rows]
    kept = best_of_both(scores, texts, limit)
    assert len(kept) == min(limit, len(rows)) == len(set(kept))
    assert [scores[i] for i in kept] == sorted((scores[i] for i in kept), reverse=True)
    if limit < len(rows):
        left_out = [texts[i] for i in set(range(len(rows))) - set(kept)]
        better = sum(text < max(left_out) for text in sorted(texts, reverse=True)[: limit // 2])
        assert better == 0


@given(st.lists(st.tuples(SHARE, SHARE), min_size=1, max_size=20))
def test_trust_in_time_is_a_share_and_no_one_falls_below_its_words(rows: list[tuple[float, float]]) -> None:
    candidates = [features(text, near) for text, near in rows]
    scores = passage_scores(candidates, query())
    texts = passage_scores([features(text, 0.0) for text, _ in rows], query())
    assert all(score >= text for score, text in zip(scores, texts, strict=True))
    assert 0 <= trust_in_time(candidates, texts, query()) <= 1


def test_time_cannot_lift_what_matches_far_worse_over_an_exact_match() -> None:
    old_exact, new_vague = features(1.0, 0.0), features(0.1, 1.0)
    exact, vague = passage_scores([old_exact, new_vague], query())
    assert exact > vague


def test_time_counts_more_where_the_question_speaks_of_it() -> None:
    rows = [features(0.5, 1.0), features(0.5, 0.0)]
    gains = [one - other for one, other in (passage_scores(rows, query(wants_recent=asked)) for asked in (True, False))]
    assert gains[0] > gains[1] > 0


def test_time_decides_between_equal_matches() -> None:
    old, new = passage_scores([features(0.8, 0.05), features(0.8, 1.0)], query())
    assert new > old


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 50)), min_size=1, max_size=30))
def test_fused_scores_are_shares_and_keep_agreed_orders(pairs: list[tuple[float, float]]) -> None:
    fused = fuse_scores([a for a, _ in pairs], [b for _, b in pairs])
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in fused)
    for i, (a, b) in enumerate(pairs):
        for j, (c, d) in enumerate(pairs):
            if a >= c and b >= d:
                assert fused[i] >= fused[j] - 1e-9


def test_coverage_and_pairs_by_hand() -> None:
    assert coverage(query(), {"bridge"}) == pytest.approx(2 / 3)
    assert coverage(query(terms={}), {"bridge"}) == 0
    pairs = query(pairs=frozenset({("the", "bridge"), ("bridge", "closed")}))
    assert pair_share(pairs, ["old", "bridge", "closed", "bridge"]) == 0.5
