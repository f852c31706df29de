"""What the single checks say is what the verdict is made of."""

from __future__ import annotations

import pytest

from assistant.checks.verify import check_statement, each_check
from assistant.records import Citation
from tests.fakes.evidence import evidence

OFFERED = {
    1: Citation.of(evidence("Inspectors found 14 cracks in the bridge at Orrin on Monday."), 1),
    2: Citation.of(evidence("Mayor Ilka Brandt said the ferry would sail every hour.", name="b"), 2),
}


@pytest.mark.parametrize(
    ("text", "numbers", "failed"),
    [
        ("In the bridge at Orrin inspectors found 14 cracks.", [1], set()),
        ("Inspectors found 17 cracks in the bridge.", [1], {"numbers"}),
        ("Jonas Keel found 14 cracks in the bridge at Orrin.", [1], {"names"}),
        ("They found “15 cracks in the bridge” at Orrin.", [1], {"quotations"}),
    ],
)
def test_each_check_is_named_with_what_it_found(text: str, numbers: list[int], failed: set[str]) -> None:
    each = each_check(text, numbers, OFFERED)
    assert failed <= {name for name, problems in each.items() if problems}
    assert bool(failed) == any(each.values())
    assert {p for found in each.values() for p in found} == set(check_statement(text, numbers, OFFERED).problems)


@pytest.mark.parametrize(("text", "numbers"), [(OFFERED[1].text, [1]), ("The bridge is shut.", []), ("x " * 9000, [1])])
def test_where_nothing_is_compared_nothing_is_listed(text: str, numbers: list[int]) -> None:
    assert each_check(text, numbers, OFFERED) == {}
