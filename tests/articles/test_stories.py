"""Which articles are of one story does not depend on the order in which they are compared."""

from __future__ import annotations

from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from assistant.articles.stories import Grouping, Member
from tests.articles.test_near_duplicates import edited, story

TEXTS = [edited(story(seed), share) for seed in (1, 2, 3) for share in (0, 0.1, 0.2)]


def member(row: int) -> Member:
    name = f"{(row * 7) % 10}{row:09}"
    return Member(row=row, story=name, title="T", outlet=f"O{row}", published=date(2025, 3, 4), text_hash=TEXTS[row])


@given(st.permutations(list(combinations(range(len(TEXTS)), 2))))
def test_the_order_of_comparing_decides_nothing(pairs: list[tuple[int, int]]) -> None:
    grouping = Grouping(TEXTS.__getitem__, [])
    for one, other in pairs:
        grouping.compare(member(one), member(other))
    members = [member(row) for row in range(len(TEXTS))]
    stories = [grouping.story(m.story) for m in members]
    assert stories == [min(m.story for m in members[row - row % 3 : row - row % 3 + 3]) for row in range(len(TEXTS))]


def test_no_text_is_read_for_what_is_of_one_story_already() -> None:
    asked: list[int] = []

    def text(row: int) -> str:
        asked.append(row)
        return TEXTS[row]

    grouping = Grouping(text, [])
    for one, other in [(0, 1), (1, 2), (0, 2), (2, 1)]:
        grouping.compare(member(one), member(other))
    assert sorted(asked) == [0, 1, 2]
