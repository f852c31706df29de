"""The day of an entry of an overview: that of the event, not one that bounds it or is still to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.english.dates.find import find_dates
from assistant.records import When
from assistant.retrieval.evidence import when_of
from tests.fakes.evidence import evidence

TUESDAY = date(2025, 3, 4)


def told(text: str) -> When | None:
    made = evidence(text)
    return when_of(replace(made, article=replace(made.article, published=TUESDAY), dates=find_dates(text, TUESDAY)))


@pytest.mark.parametrize(
    ("text", "first", "reported"),
    [
        ("The bridge was closed on Monday.", date(2025, 3, 3), False),
        ("The bridge has been closed since Monday.", TUESDAY, True),
        ("The mayor said on Monday that the bridge would open again.", date(2025, 3, 3), True),
        ("More rain was forecast for this weekend.", TUESDAY, True),
        ("The search of last week was lawful.", TUESDAY, True),
        ("After being warned on Sunday, the mayor resigned.", date(2025, 3, 2), False),
        ("“I learned of it on March 1,” the mayor said in a meeting on Monday.", date(2025, 3, 3), False),
        ("In January 2025 an inspector wrote to the city.", date(2025, 1, 1), False),
        ("Preparations remain on track for Thursday, the port said.", TUESDAY, True),
        ("The partnership, announced in June 2020, has ended.", TUESDAY, True),
        ("It has ended. In June 2020 the two had signed for ten years.", date(2020, 6, 1), False),
        ("The poll of January put her first.", date(2025, 1, 1), False),
        ("Nobody was hurt.", TUESDAY, True),
    ],
)
def test_the_day_of_an_entry(text: str, first: date, reported: bool) -> None:
    found = told(text)
    assert found is not None
    assert (found.first, found.reported) == (first, reported)
