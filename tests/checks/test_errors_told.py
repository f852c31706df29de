"""What a correction only repeats of an error proves nothing."""

from __future__ import annotations

import pytest

from assistant.checks.verify import check_statement
from assistant.records import Verdict
from tests.checks.evidence_for_checks import citation

TOLD = citation(
    1,
    "A report that we printed on Monday said that the mill employs 410 people. Two digits were exchanged. "
    "According to its owner, the mill employs 140 people.",
)
BOTH = citation(2, "An earlier version misstated the size of the mill; it has 140 workers, not 410.")


@pytest.mark.parametrize(
    ("text", "number", "is_error"),
    [
        ("The mill employs 410 people.", 1, True),
        ("Some 410 people work at the mill.", 1, True),
        ("The mill employs 140 people.", 1, False),
        ("The paper corrected its figure of 410 people.", 1, False),
        ("The mill employs 140 people, and not the 410 that the paper had.", 1, False),
        ("A report that was printed on Monday said that the mill employs many people.", 1, False),
        ("The mill has 140 workers.", 2, False),
    ],
)
def test_a_figure_that_was_printed_in_error(text: str, number: int, *, is_error: bool) -> None:
    checked = check_statement(text, [number], {1: TOLD, 2: BOTH})
    assert any("printed in error" in problem for problem in checked.problems) is is_error
    assert not (is_error and checked.verdict is not Verdict.UNSUPPORTED)
