"""Feeds: whole articles are taken, summaries are not taken for articles."""

from datetime import date
from pathlib import Path

import pytest

from assistant.articles import read_file
from assistant.articles.formats.feed import parse_feed, parse_outlines
from assistant.articles.text import UnreadableError
from assistant.records import Article, Skipped
from tests.articles import only_reason, write
from tests.samples import PARAGRAPHS, atom, opml, rss

WHOLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 2)
RSS_ITEM = (
    "<title>Harbour &amp;amp; ships</title><link>https://harbour.example/1</link><guid isPermaLink='false'>7</guid>"
    "<pubDate>Thu, 27 Nov 2025 23:30:00 -0500</pubDate><dc:creator>Ann Lee</dc:creator>"
    f"<description>Short.</description><content:encoded><![CDATA[{WHOLE}<script>x()</script>]]></content:encoded>"
)
SUMMARY_ITEM = "<title>Trains</title><link>https://harbour.example/2</link><description>Trains came.</description>"
ATOM_ENTRY = (
    "<title type='html'>Harbour &lt;b&gt;reopens&lt;/b&gt;</title><link rel='self' href='/x'/><link href='/3'/>"
    "<id>tag:harbour.example,2025:3</id><published>2025-11-27T10:00:00Z</published><updated>2025-11-29T10:00:00Z</updated>"
    "<author><name>Ann Lee</name></author>"
    f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{WHOLE}</div></content>"
)


def test_whole_articles_are_taken_and_summaries_left_out(tmp_path: Path) -> None:
    article, skipped = read_file(write(tmp_path, "a.xml", rss(RSS_ITEM, SUMMARY_ITEM)))
    assert isinstance(article, Article) and isinstance(skipped, Skipped)
    assert article.text == "\n\n".join(PARAGRAPHS * 2)
    assert (article.source, article.title, article.outlet) == (
        "https://harbour.example/1",
        "Harbour & ships",
        "Harbour News",
    )
    assert (article.published, article.authors) == (date(2025, 11, 27), ("Ann Lee",))
    assert "only a summary" in skipped.reason


def test_an_atom_entry(tmp_path: Path) -> None:
    (article,) = read_file(write(tmp_path, "a.atom", atom(ATOM_ENTRY)))
    assert isinstance(article, Article)
    assert article.text == "\n\n".join(PARAGRAPHS * 2)
    assert (article.url, article.title) == ("https://harbour.example/3", "Harbour reopens")
    assert (article.published, article.updated) == (date(2025, 11, 27), date(2025, 11, 29))


def test_rdf_feeds_and_links_without_a_link_element() -> None:
    data = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>N</title></channel>'
        b'<item rdf:about="https://h.example/9"><title>T</title><link>https://h.example/9</link>'
        b"<dc:date>2025-11-27</dc:date></item></rdf:RDF>"
    )
    (entry,) = parse_feed(data).entries
    assert (entry.url, entry.published) == ("https://h.example/9", "2025-11-27")
    (entry,) = parse_feed(rss("<title>T</title><guid>https://h.example/8</guid>")).entries
    assert entry.url == "https://h.example/8"


def test_an_entry_that_changed_has_another_version() -> None:
    versions = {
        parse_feed(atom(ATOM_ENTRY.replace("2025-11-29", day))).entries[0].version
        for day in ("2025-11-29", "2025-11-30")
    }
    assert len(versions) == 2


def test_lists_of_feeds(tmp_path: Path) -> None:
    data = opml("https://a.example/feed", "https://b.example/feed", "https://a.example/feed")
    assert parse_outlines(data) == ["https://a.example/feed", "https://b.example/feed"]
    assert "assistant follow FILE" in only_reason(write(tmp_path, "a.opml", data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<rss",
        b"<html><body>No feed</body></html>",
        b"<rss><channel>",
        b'<!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + rss("<title>&c;</title>"),
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("<title>&x;</title>"),
        b"<rss>" * 400_000,
        b"\xff\xfe\x00\x00" * 100,
    ],
)
def test_hostile_and_other_files_are_refused(tmp_path: Path, data: bytes) -> None:
    assert only_reason(write(tmp_path, "a.xml", data))


def test_deep_nesting_is_no_fault_of_ours() -> None:
    data = rss("<title>T</title><description>" + "<b>" * 5000 + "</description>")
    try:
        parse_feed(data)
    except UnreadableError:
        return
