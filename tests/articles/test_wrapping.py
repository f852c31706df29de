from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles import read_file
from assistant.articles.wrapping import unwrap
from assistant.english.sentences import split_sentences
from assistant.records import Article

FIRST = (
    "The harbour board of Orrin voted late on Monday to close the old swing bridge for a year, after divers found that "
    "two of its four piers had shifted. Traders on the quay said nobody had warned them."
)
SECOND = "The board's chair, Ilka Brandt, said the work would cost about nine million crowns and would start in May."


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_wrapped_paragraphs_become_what_they_were(width: int) -> None:
    wrapped = "\n\n".join(textwrap.fill(part, width, break_on_hyphens=False) for part in (FIRST, SECOND))
    assert unwrap(wrapped) == f"{FIRST}\n\n{SECOND}"


def test_a_wrapped_clipping_is_stored_in_whole_sentences(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "clipping.txt"
    file.write_text(f"Date: 2025-03-04\n\n{textwrap.fill(FIRST, 60)}\n", encoding="utf-8")
    (article,) = (found for found in read_file(file) if isinstance(found, Article))
    assert [article.text[s.start : s.end].strip() for s in split_sentences(article.text)] == [
        FIRST[: FIRST.index("Traders")].strip(),
        FIRST[FIRST.index("Traders") :],
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}\n{SECOND}",  # paragraphs of one long line each
        "Key findings:\n- Sales rose by four per cent in the year\n- Margins fell\n- No dividend will be paid\n- End",
        "One short line\nAnother short line of some more words here\nA third\nA fourth",
        "Roses are red\nViolets are blue\nSugar is sweet\nAnd so are you",
        "",
    ],
)
def test_what_was_not_wrapped_stays_as_it_is(text: str) -> None:
    assert unwrap(text) == text


@given(st.text(alphabet=st.sampled_from("ab \n."), max_size=300))
def test_only_line_breaks_and_spaces_change(text: str) -> None:
    assert unwrap(text).split() == text.split()
