"""What changed between two texts is told whole: both can be put together again from it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.library.history import SentenceChange, changes, sentence_changes

SENTENCES = st.lists(st.sampled_from(["A b c d.", "A b x d.", "Q r s.", "Z.", "The dam holds.", ""]), max_size=8)


def test_a_sentence_that_was_reworded_is_one_change() -> None:
    old = ["The bridge was shut.", "It cost 18 million crowns.", "Nobody was hurt."]
    new = ["The bridge was shut.", "Divers came.", "It cost 21 million crowns."]
    assert sentence_changes(old, new) == [
        SentenceChange("same", 0, 0),
        SentenceChange("new", None, 1),
        SentenceChange("changed", 1, 2),
        SentenceChange("old", 2, None),
    ]
    assert [p for p in changes(old[1], new[2]) if p.kind != "same"] == [("old", "18"), ("new", "21")]


def test_spaces_are_no_change() -> None:
    assert {c.kind for c in sentence_changes(["One  two.\n"], ["One two."])} == {"same"}


@given(SENTENCES, SENTENCES)
def test_every_sentence_of_both_texts_is_told_once_and_in_order(old: list[str], new: list[str]) -> None:
    found = sentence_changes(old, new)
    assert [c.old for c in found if c.old is not None] == list(range(len(old)))
    assert [c.new for c in found if c.new is not None] == list(range(len(new)))
    for change in found:
        if change.old is not None and change.new is not None:
            assert (old[change.old].split() == new[change.new].split()) == (change.kind == "same")
