"""Copies of one story are told from stories that are only alike."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from assistant.articles.near_duplicates import (
    Clustering,
    ClusterMember,
    are_comparable,
    are_near_duplicates,
    shingles,
    shingles_of,
    sketch_bands,
)
from assistant.records import short_hash

WORDS = [a + b for a in ("bri", "har", "tol", "men", "sov", "pel") for b in ("dan", "lin", "vor", "mak", "tes", "rig")]
DAY = date(2025, 3, 4)


def story(seed: int, words: int = 300) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) for _ in range(words))


class Printed(NamedTuple):
    text: str
    member: ClusterMember


def printed(text: str, *, title: str = "A", outlet: str = "Courant", day: date | None = DAY) -> Printed:
    text_hash = short_hash(text, 64)
    return Printed(
        text,
        ClusterMember(version_id=0, story="", title=title, outlet=outlet, published=day, text_hash=text_hash),
    )


def are_copies(one: Printed, other: Printed) -> bool:
    alike = are_near_duplicates(shingles_of(one.text), shingles_of(other.text))
    return are_comparable(one.member, other.member) and alike


def edited(text: str, share: float, seed: int = 1) -> str:
    """The text with one run of words replaced."""
    words = text.split()
    count = int(len(words) * share)
    return " ".join([*story(seed + 100, count).split(), *words[count:]])


def test_the_same_story_in_another_outlet_is_a_copy() -> None:
    text = story(1)
    assert are_copies(printed(text), printed(edited(text, 0.1), outlet="Ledger", title="B"))
    assert are_copies(printed(text), printed(f"{story(2, 150)} {text}", outlet="Ledger"))  # whole in a longer one
    assert set(sketch_bands(text)) & set(sketch_bands(edited(text, 0.1)))


def test_another_story_is_none() -> None:
    assert not are_copies(printed(story(1)), printed(story(2)))
    assert not are_copies(printed(story(1)), printed(edited(story(1), 0.5)))


def test_a_page_that_shows_another_article_below_its_own_is_none() -> None:
    below = story(4, 600)
    assert not are_copies(printed(f"{story(1, 150)} {below}"), printed(f"{story(2, 150)} {below}"))


def test_what_is_printed_anew_each_year_is_none() -> None:
    text = story(1)
    assert not are_copies(printed(text), printed(edited(text, 0.1), day=DAY + timedelta(days=365)))


def test_a_page_that_was_never_captured_is_none() -> None:
    notice = story(3)
    one = printed(notice, title="Quiz of the week", day=DAY)
    assert not are_copies(one, printed(notice, title="Storm over the coast", day=DAY + timedelta(days=7)))
    assert are_copies(one, printed(notice, title="Storm over the coast", outlet="Ledger", day=DAY + timedelta(days=7)))


def test_a_text_of_a_few_words_is_too_short_to_tell() -> None:
    assert sketch_bands(story(1, 30)) == ()
    assert not are_copies(printed(story(1, 30)), printed(story(1, 30), outlet="Ledger"))


def test_a_sketch_is_the_same_in_every_process() -> None:
    assert sketch_bands("a b c d e f g h i j k " * 40) == sketch_bands("A, b; c d e f g h i j k. " * 40)
    assert sketch_bands(" ".join(str(n) for n in range(60)))[:2] == FIRST_BANDS


@given(st.text(max_size=300), st.text(max_size=300))
def test_copying_goes_both_ways(one: str, other: str) -> None:
    assert are_copies(printed(one), printed(other)) == are_copies(printed(other), printed(one))
    assert len(shingles(one)) <= len(one)


FIRST_BANDS = (-984172290526193692, -3681278706123002026)


TEXTS = [edited(story(seed), share) for seed in (1, 2, 3) for share in (0, 0.1, 0.2)]


def member(row: int) -> ClusterMember:
    name = f"{(row * 7) % 10}{row:09}"
    return ClusterMember(
        version_id=row, story=name, title="T", outlet=f"O{row}", published=date(2025, 3, 4), text_hash=TEXTS[row]
    )


@given(st.permutations(list(combinations(range(len(TEXTS)), 2))))
def test_the_order_of_comparing_decides_nothing(pairs: list[tuple[int, int]]) -> None:
    grouping = Clustering(TEXTS.__getitem__, [])
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

    grouping = Clustering(text, [])
    for one, other in [(0, 1), (1, 2), (0, 2), (2, 1)]:
        grouping.compare(member(one), member(other))
    assert sorted(asked) == [0, 1, 2]
