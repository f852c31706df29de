"""When the newest article cited is older than the question implies, the reader is told."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answering.answer import age_notice

ASKED = date(2025, 4, 17)  # a Thursday


@pytest.mark.parametrize(
    ("question", "newest", "told"),
    [
        ("What is the latest on the bridge?", date(2025, 4, 1), True),
        ("What is the latest on the bridge?", date(2025, 4, 12), False),
        ("Who is currently mayor?", date(2025, 1, 2), True),
        ("Who is mayor?", date(2025, 1, 2), False),
        ("What happened this week?", date(2025, 4, 11), True),
        ("What happened this week?", date(2025, 4, 15), False),
        ("What happened today?", date(2025, 4, 16), True),
        ("What happened on 4 March 2025?", date(2025, 3, 1), True),
        ("What happened on 4 March 2025?", date(2025, 3, 5), False),
        ("What happened in 2019?", date(2025, 3, 5), False),
        ("Who will be elected next week?", date(2025, 4, 14), False),
        ("Who will be elected next week?", date(2025, 3, 14), True),
        ("Which singer will perform later this year?", date(2025, 4, 14), False),
    ],
)
def test_by_what_the_question_asks(question: str, newest: date, *, told: bool) -> None:
    assert bool(age_notice(question, newest, ASKED)) == told


def test_it_names_both_days() -> None:
    notice = age_notice("What is the latest offer?", date(2025, 3, 25), ASKED)
    assert "25 March 2025" in notice
    assert "23 days" in notice


def test_undated_evidence_has_no_age() -> None:
    assert age_notice("What is the latest?", None, ASKED) == ""
