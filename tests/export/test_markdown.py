"""Markdown: readable as it is, and whatever stands in an article stays text in every reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.export.markdown import escaped, markdown
from assistant.safe_text import safe
from tests.export.documents import ADDRESS, HOSTILE, answered, document, whole

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "text_special"),
    *("strong_open", "strong_close", "em_open", "em_close", "hardbreak", "softbreak", "hr", "code_inline"),
    *("blockquote_open", "blockquote_close", "link_open", "link_close"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
}


def tokens(text: str) -> Iterator[Token]:
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def shown(text: str) -> str:
    return "".join(token.content for token in tokens(text) if token.type in {"text", "text_special"})


def test_statements_verdicts_and_sources_are_there() -> None:
    text = markdown(document(answered()))
    assert text.startswith("# When does the harbour close?\n")
    opinion = "second opinion: supported in part, it voted to"
    assert f"The council closed the harbour. \\[1\\]\\[3\\]  \n*✓ Supported; 2 independent sources; {opinion}*" in text
    assert "*◐ Partly supported; not in the cited sentence: “April”*" in text
    assert "> **The council of Port Alder voted on Tuesday to close the old harbour.** Mayor Ines" in text
    assert f"<{ADDRESS}>" in text
    assert "Reference `" in text
    assert "- crowns: “21 million” in Alder Courier, 27 Nov 2025, which corrects an earlier text \\[5\\];" in text
    order = [text.index(f"**\\[{number}\\]** ") for number in range(1, 6)]
    assert order == sorted(order)


def test_only_our_own_markup_is_markup() -> None:
    text = markdown(whole())
    found = list(tokens(text))
    assert {token.type for token in found} <= OURS
    assert {token.attrs["href"] for token in found if token.type == "link_open"} == {ADDRESS}
    headings = [text for text in text.split("\n") if text.startswith("#")]
    assert len([t for t in found if t.type == "heading_open"]) == len(headings) == 7
    assert shown(text).count(safe(HOSTILE)) >= 6


@given(st.text() | st.text(alphabet="#-+*_=.)1 \n>`[]()!<&;\\|~:$"))
@pytest.mark.parametrize("before", ["", "> ", "**[1]** "])
def test_any_text_is_shown_as_it_is(before: str, text: str) -> None:
    found = [token for token in tokens(before + escaped(text)) if token.type not in {"inline", "text", "text_special"}]
    extra = {"paragraph_open", "paragraph_close", *(("blockquote_open", "blockquote_close") if before else ())}
    assert {token.type for token in found} <= extra | {"strong_open", "strong_close"}
    if not before:
        assert shown(escaped(text)) == safe(text)


@pytest.mark.parametrize(
    "text", ["http://evil.example", "HTTPS://evil.example", "see www.evil.example", "xhttp://evil.example"]
)
def test_bare_addresses_do_not_become_links_where_readers_make_them(text: str) -> None:
    assert "://" not in escaped(text) or "\\://" in escaped(text) or "xhttp" in text
    assert "www.evil" not in escaped(text)


@pytest.mark.parametrize(
    "text", ["Plain words, (brackets), 100% of it – “quoted”; 3:2 at 10:30?", "It costs 5.5 = a lot!"]
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert escaped(text) == text
