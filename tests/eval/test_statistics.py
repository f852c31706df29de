from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import statistics as stats

VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(VALUES)
def test_the_interval_of_a_mean_holds_it_and_lies_within_the_values(values: list[float]) -> None:
    found = stats.mean(values, range(len(values)))
    assert found.value == pytest.approx(sum(values) / len(values))
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9


def test_the_interval_is_that_of_the_bootstrap_distribution() -> None:
    # The number of ones in n draws is binomial: its percentiles are known without drawing.
    values = [1.0] * 60 + [0.0] * 40
    found = stats.mean(values, range(100))
    deviation = math.sqrt(0.6 * 0.4 / 100)
    assert found.low == pytest.approx(0.6 - 1.96 * deviation, abs=0.012)
    assert found.high == pytest.approx(0.6 + 1.96 * deviation, abs=0.012)


def test_rows_of_one_conversation_are_drawn_together() -> None:
    values = [1.0, 1.0, 0.0, 0.0] * 15
    alone = stats.mean(values, range(60))
    together = stats.mean(values, [n // 2 for n in range(60)])
    assert together.high - together.low > 1.2 * (alone.high - alone.low)


def test_a_ratio_is_of_sums_not_of_means_of_ratios() -> None:
    found = stats.ratio([1, 9], [1, 99], ["a", "b"])
    assert found.value == pytest.approx(0.1)


def test_the_same_numbers_come_out_twice() -> None:
    values = np.random.default_rng(1).random(50).tolist()
    assert stats.mean(values, range(50)) == stats.mean(values, range(50))
    assert stats.sign_flip_p(values, range(50)) == stats.sign_flip_p(values, range(50))


def test_many_clusters_are_drawn_in_parts_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [0.0, 1.0] * 200
    whole = stats.mean(values, range(400))
    monkeypatch.setattr(stats, "_AT_ONCE", 40_000)
    parts = stats.mean(values, range(400))
    assert parts.low == pytest.approx(whole.low, abs=0.01)


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [(0, 0, 1.0), (5, 0, 2 / 32), (0, 5, 2 / 32), (8, 2, 2 * (1 + 10 + 45) / 1024), (3, 3, 1.0)],
)
def test_mcnemar_is_the_exact_binomial_test(wins: int, losses: int, p: float) -> None:
    assert stats.mcnemar_p(wins, losses) == pytest.approx(p, abs=1e-12)


def test_the_permutation_p_is_near_the_one_of_all_signs() -> None:
    changes = [0.3, 0.1, -0.05, 0.2, 0.15, -0.1, 0.25, 0.05, 0.1]
    seen = abs(sum(changes))
    sums = [abs(sum(s * c for s, c in zip(signs, changes, strict=True))) for signs in product((1, -1), repeat=9)]
    exact = sum(total >= seen - 1e-12 for total in sums) / len(sums)
    assert stats.sign_flip_p(changes, range(9)) == pytest.approx(exact, abs=0.02)


def test_no_change_is_no_evidence_of_one() -> None:
    assert stats.sign_flip_p([0.0] * 10, range(10)) == 1.0


def test_percentiles() -> None:
    assert stats.percentile([1, 2, 3], 0.5) == 2
    assert stats.percentile([], 0.5) is None
