from __future__ import annotations

from tests.retrieval.conftest import Search


def test_each_part_is_answered_at_the_top_of_the_list(search: Search) -> None:
    found = search("Who was elected mayor of Orrin, and what reached the river?")
    top = " ".join(e.text for e in found[:2])
    assert "Jonas Keel" in top
    assert "aniline" in top
