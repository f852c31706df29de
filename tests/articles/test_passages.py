from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.sentences import split_sentences, trimmed
from assistant.library.chunking import build_passages
from assistant.records import Passage, Sentence


def words(text: str) -> int:
    return len(text.split())


def passages_of(text: str, limit: int = 8, longest: int = 16) -> tuple[tuple[Sentence, ...], tuple[Passage, ...]]:
    sentences = split_sentences(text)
    counts = [words(text[s.start : s.end]) for s in sentences]
    return sentences, build_passages(text, sentences, counts, longest=longest, count=words, limit=limit)


PROSE = st.lists(
    st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "x"]), min_size=1, max_size=30).map(
        lambda ws: " ".join(ws).capitalize() + "."
    ),
    min_size=1,
    max_size=12,
).map("\n".join)


@given(PROSE)
def test_every_word_is_in_one_passage_and_none_twice(text: str) -> None:
    _, passages = passages_of(text)
    covered = " ".join(text[p.start : p.end] for p in passages)
    assert covered.split() == text.split()
    assert all(a.end <= b.start for a, b in pairwise(passages))


@given(PROSE)
def test_passages_are_whole_sentences_within_the_limit(text: str) -> None:
    sentences, passages = passages_of(text)
    for p in passages:
        inside = sentences[p.first : p.last + 1]
        whole = p.start == trimmed(text, inside[0])[0] and p.end == trimmed(text, inside[-1])[1]
        assert whole or p.first == p.last, "only one too long sentence is cut"
        assert words(text[p.start : p.end]) <= 8 or p.first == p.last


def test_a_sentence_above_the_limit_that_the_embedder_can_read_stays_whole() -> None:
    text = " ".join(["word"] * 12) + "."
    _, passages = passages_of(text)
    assert passages == (Passage(0, 0, 0, len(text)),)


def test_a_sentence_too_long_for_the_embedder_is_cut_into_pieces_that_all_carry_its_index() -> None:
    text = "Short one.\n" + " ".join(f"w{i}" for i in range(50)) + "."
    _, passages = passages_of(text)
    pieces = [p for p in passages if p.first == 1]
    assert len(pieces) > 1
    assert {(p.first, p.last) for p in pieces} == {(1, 1)}
    assert all(words(text[p.start : p.end]) <= 8 for p in pieces)


def test_one_endless_word_is_cut_too() -> None:
    text = "x" * 10_000
    passages = build_passages(text, (Sentence(0, 0, len(text)),), [2500], longest=254, count=lambda t: len(t) // 4)
    assert "".join(text[p.start : p.end] for p in passages) == text
    assert len(passages) < 200


@pytest.mark.parametrize("text", ["One.", "One. Two. Three."])
def test_short_texts_are_one_passage(text: str) -> None:
    _, passages = passages_of(text)
    assert len(passages) == 1
    assert text[passages[0].start : passages[0].end] == text
