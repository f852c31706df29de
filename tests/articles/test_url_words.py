from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles.fields import slug_words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://www.orrin-wire.example/2025/03/04/harbour/bridge-closed/index.html", "harbour bridge closed"),
        ("https://courant.example/story/mayor_resigns-over-letter/7592466001/", "mayor resigns over letter"),
        ("https://courant.example/vote-2025-count", "vote 2025 count"),
        ("https://courant.example/Br%C3%BCcke-gesperrt.html", "Brücke gesperrt"),
        ("https://courant.example/", ""),
        ("clippings/bridge-closed.txt", ""),
        ("https://[broken", ""),
    ],
)
def test_the_words_of_an_address(address: str, words: str) -> None:
    assert slug_words(address) == words


@given(st.text(max_size=400))
def test_any_address_is_survived(text: str) -> None:
    assert "\n" not in slug_words(f"https://{text}")
