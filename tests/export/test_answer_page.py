"""The page: each statement with its verdict and beside it its source, whole in itself, nothing of it alive."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant.export.pages import html_page, render_page, web_address
from assistant.safe_text import safe
from tests.export.documents import ADDRESS, HOSTILE, TEXT, abstained, answered, document, trapped, whole

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "article", "div"),
    *("p", "h1", "h2", "h3", "ol", "ul", "li", "a", "span", "strong", "bdi", "cite", "time", "code", "blockquote"),
    *("mark", "table", "caption", "thead", "tbody", "tr", "th", "td"),
}


class Parsed(HTMLParser):
    """Tags with their attributes, and the text that is shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._text: list[tuple[str, str]] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self._text.append((self._open, data))

    @property
    def text(self) -> str:
        return " ".join("".join(data for tag, data in self._text if tag != "style").split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def shown(html: str) -> str:
    return Parsed(html).text


def test_every_statement_stands_with_its_verdict_and_its_source() -> None:
    text = shown(html_page(document(answered())))
    order = [
        "The council closed the harbour. [1] [3]",
        "✓ Supported",
        "A model’s second opinion: supported in part, it voted to",
        "[1] Alder Courier · 27 Nov 2025",
        "Old harbour to close",
        "Cited sentence: The council of Port Alder voted on Tuesday to close the old harbour. (end of the cited",
        "Day meant: Tuesday = 25 Nov 2025",
        "It costs 18 million crowns from April. [2]",
        "◐ Partly supported",
        "not in the cited sentence: “April”",
        "there it now says: “Mayor Ines Calder said the work costs 21 million crowns.”",
        "The article carries this notice: “Correction: An earlier version of this article gave a wrong cost.”",
        "By Ines Olm, Bo Marr.",
        "She called it “a disaster”. [2]",
        "✗ Misquoted",
        "it also points to [9], which was not offered",
        "[2] Alder Courier, shown above",
        "✗ Not supported",
        "this sentence is no longer in it",
        "○ Cites nothing",
        "Articles give different figures or days",
        "21 million Alder Courier, 27 Nov 2025, which corrects an earlier text [5]",
        "[5] Alder Courier",
        "Note: The reply was cut off.",
        "Evidence from 27 Nov 2025 to 28 Nov 2025.",
        "Written by the language model m-1 (prompt answer@1234abcd)",
    ]
    at = 0
    for words in order:
        assert words in text[at:]
        at = text.index(words, at)


def test_the_sentence_is_marked_within_its_paragraph() -> None:
    html = html_page(document(answered()))
    first = html.partition("<blockquote")[2].partition("</blockquote>")[0]
    words = re.sub(r"<span.*?</span>", "", first).partition(">")[2]
    assert re.sub(r"</?mark>", "", words) == TEXT.split("\n\n")[0]
    assert words.startswith("<mark>The council of Port Alder voted on Tuesday to close the old harbour.</mark> Mayor")


def test_an_abstention_shows_the_nearest_sentences_as_such() -> None:
    text = shown(html_page(document(abstained())))
    assert "The archive does not say. No sentence is near enough." in text
    assert text.index("which do not answer the question") < text.index("[6] Alder Courier") < text.index("[7]")
    assert "Supported" not in text


def test_a_session_shows_how_each_question_was_asked() -> None:
    text = shown(html_page(whole()))
    assert "Session 2026-03-01-142530" in text
    assert "Searched as: What is the weather like in Port Alder?" in text
    assert "Asked on 1 Mar 2026 at 14:25." in text
    assert "Limited to: since 1 Jan 2025; outlet" in text


def test_without_the_library_the_quotations_stay() -> None:
    text = shown(html_page(document(answered(), articles=None)))
    assert "The council of Port Alder voted on Tuesday to close the old harbour." in text
    assert "no longer holds this text, or was not at hand" in text


def test_hostile_text_stays_text() -> None:
    html = html_page(whole())
    parsed = Parsed(html)
    assert {tag for tag, _ in parsed.tags} <= ALLOWED
    attributes = {name for _, found in parsed.tags for name in found}
    assert not [name for name in attributes if name.startswith("on") or name in {"style", "src", "srcset"}]
    assert {a["href"] for a in parsed.all("a") if not a["href"].startswith("#")} == {ADDRESS}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", html)
    assert parsed.text.count("<script>alert(1)</script>") >= 8
    assert safe(HOSTILE) in parsed.text


def test_it_loads_nothing_and_allows_nothing_but_its_own_style() -> None:
    html = html_page(whole())
    (policy,) = [m["content"] for m in Parsed(html).all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    sheets = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(css.encode()).digest()).decode() for css in sheets]
    styles = " ".join(f"'sha256-{digest}'" for digest in digests)
    rest = "img-src data:; base-uri 'none'; form-action 'none'"
    assert policy == f"default-src 'none'; style-src {styles}; {rest}"
    assert len(sheets) == 2
    assert not re.search(r"url\(|@import|expression", "".join(sheets))


def test_links_to_articles_take_nothing_along() -> None:
    links = [a for a in Parsed(html_page(document(answered()))).all("a") if a["href"].startswith("http")]
    assert links
    assert all({"noreferrer", "noopener"} <= set(a["rel"].split()) for a in links)


def test_it_can_be_read_by_ear_and_by_keyboard() -> None:
    parsed = Parsed(html_page(whole()))
    ids = [found["id"] for _, found in parsed.tags if "id" in found]
    assert len(ids) == len(set(ids))
    inner = {a["href"].removeprefix("#") for a in parsed.all("a") if a["href"].startswith("#")}
    assert inner <= set(ids)
    labels = {found["aria-labelledby"] for _, found in parsed.tags if "aria-labelledby" in found}
    assert labels <= set(ids)
    assert parsed.all("html") == [{"lang": "en"}]
    assert [len(parsed.all(tag)) for tag in ("h1", "main", "title")] == [1, 1, 1]
    assert parsed.all("blockquote") == [{"class": "context", "dir": "auto"}] * len(parsed.all("blockquote"))
    assert {time["datetime"] for time in parsed.all("time")} == {"2025-11-27", "2025-11-28"}


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://a.example/x?y=1&z=2#t", "https://a.example/x?y=1&z=2#t"),
        (" http://a.example ", "http://a.example"),
        ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
        ("https://a.example/{x}\\y z'`ü", "https://a.example/%7Bx%7D%5Cy%20z%27%60%C3%BC"),
        ("https://a.example/%20", "https://a.example/%20"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example/x", ""),
        ("https:///x", ""),
        ("https://user:secret@a.example", ""),
        ("https://a.example/\u202ex", ""),
        ("https://a.example/\nx", ""),
        ("https://[::1", ""),
        ("/news/file.txt", ""),
        ("", ""),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str, link: str) -> None:
    assert web_address(address) == link


@pytest.fixture
def own_page(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "own.html").write_text(
        '{% extends "base.html" %}{% block title %}T{% endblock %}{% block main %}{{ words | shout }}{% endblock %}'
    )
    (tmp_path / "own.css").write_text("p { color: red; }\n")
    yield tmp_path


def test_other_pages_stand_on_the_same_base(own_page: Path) -> None:
    html = render_page(
        "own.html", {"words": "<b>"}, folders=[own_page], css=[own_page / "own.css"], filters={"shout": str.upper}
    )
    assert "&lt;B&gt;" in html
    assert html.count("sha256-") == 2
    assert "color: red" in html


def test_a_page_cannot_switch_escaping_off_or_leave_a_value_out(own_page: Path) -> None:
    from jinja2 import TemplateError

    for template in ("{{ words | safe }}", "{{ nothing }}"):
        (own_page / "bad.html").write_text(template)
        with pytest.raises(TemplateError):
            render_page("bad.html", {"words": "<b>"}, folders=[own_page])


def test_the_trap_reaches_every_place_of_the_page() -> None:
    text = shown(html_page(document(trapped())))
    for place in ("✗ Not supported", "Note:", "Written by the language model", "By "):
        assert place in text
