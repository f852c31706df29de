"""Tokens and what they cost: only by the user's own table, and never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.llm.usage import Price, Prices, load_prices, total, total_cost
from assistant.records import Cost, Usage

USED = Usage(prompt_tokens=2_000_000, completion_tokens=1_000_000)


def test_without_a_table_nothing_is_priced_and_the_remedy_names_file_and_model(tmp_path: Path) -> None:
    prices = load_prices(tmp_path / "prices.yaml")
    assert prices.cost(USED, "m") is None
    assert str(tmp_path / "prices.yaml") in prices.remedy("m:8b")
    assert '"m:8b"' in prices.remedy("m:8b")


def test_a_table_as_the_documentation_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(
        "currency: USD\nmodels:\n  some-model: {input: 0.40, output: 1.60}\n  llama3:8b: {input: 0, output: 0}\n"
    )
    prices = load_prices(file)
    cost = prices.cost(USED, "some-model")
    assert cost is not None
    assert (round(cost.amount, 9), cost.currency) == (2.4, "USD")
    assert prices.cost(USED, "llama3:8b") == Cost(amount=0, currency="USD")


@pytest.mark.parametrize("name", ["m-1-2025-04-14", "m-1-20250414", "m-1@20250414"])
def test_the_date_that_a_server_appends_does_not_matter(name: str) -> None:
    assert Prices(Path(), "USD", {"m-1": Price(1, 1)}).cost(USED, name) is not None


def test_a_model_with_a_longer_name_is_another_model() -> None:
    assert Prices(Path(), "USD", {"m": Price(1, 1)}).cost(USED, "m-mini") is None


@pytest.mark.parametrize(
    "text",
    [
        "currency: USD\nmodels:\n  m: {input: 1}\n",
        "currency: USD\nmodels:\n  m: {input: -1, output: 1}\n",
        "currency: USD\nmodels:\n  m: {input: .nan, output: 1}\n",
        "currency: USD\nmodels: [m]\n",
        "models:\n  m: {input: 1, output: 1}\n",
        "currency: [\n",
        "just words",
    ],
)
def test_a_table_that_cannot_be_used_is_one_line_with_the_shape(tmp_path: Path, text: str) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match="currency: USD") as caught:
        load_prices(file)
    assert "\n" not in str(caught.value)
    assert str(file) in str(caught.value)


def test_calls_that_were_not_counted_are_counted_as_such() -> None:
    one = Usage(prompt_tokens=3, completion_tokens=1)
    assert total([one, None]) == Usage(prompt_tokens=3, completion_tokens=1, calls=2, uncounted=1)
    assert total([None, None]) is None
    assert total([]) is None


def test_costs_add_up_without_those_not_known() -> None:
    one = Cost(amount=1, currency="EUR")
    assert total_cost([one, None, one]) == Cost(amount=2, currency="EUR")
    assert total_cost([None]) is None
