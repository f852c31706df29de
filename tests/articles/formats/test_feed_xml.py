"""Feeds as they are met: HTML in place of XML, stray marks, wrong declarations, addresses that need a base."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.articles import read_file
from assistant.articles.build import Notice
from assistant.articles.formats.feed import parse_feed
from assistant.articles.formats.feed_xml import mended
from assistant.articles.text import UnreadableError
from assistant.records import Article
from tests.articles import articles, only_article, only_reason, write
from tests.samples import PARAGRAPHS, atom, rss

LONG = " ".join(PARAGRAPHS * 2)
SITE = "<title>Brev fr&aring;n Sk&auml;r</title><link>https://skar.example/</link>"


def item(text: str, title: str = "Ferry") -> str:
    return f"<title>{title}</title><link>/2025/03/04/ferry</link><content:encoded>{text}</content:encoded>"


def test_undeclared_entities_stand_for_their_letters(tmp_path: Path) -> None:
    words = (
        "&lt;p&gt;Clerk O&rsquo;Dea left the Caf&eacute; &ldquo;at once&rdquo;, for &pound;90.&lt;/p&gt; &lt;p&gt;The"
    )
    feed = rss(item(f"{words}&nbsp;ferry {LONG}&lt;/p&gt;", "O&rsquo;Dea at the Caf&eacute;"), head=SITE)
    article = only_article(write(tmp_path, "a.xml", feed))
    assert article.text.startswith("Clerk O’Dea left the Café “at once”, for £90.\n\nThe ferry ")
    assert (article.title, article.outlet) == ("O’Dea at the Café", "Brev från Skär")
    assert article.url == "https://skar.example/2025/03/04/ferry"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Smith & Sons, B&B, AT&T", "Smith & Sons, B&B, AT&T"),
        ("Q&amp;A &unknown; x", "Q&A &unknown; x"),
        ("five &#150; six &#x2019; &#0;seven", "five – six ’ \ufffdseven"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("one<br>two<img src=a.png alt=x> three", "one\ntwo three"),
        ("<p>one<p>two", "one\n\ntwo"),
        ("<p>one</p><p>t<b>w</b>o</p>", "one\n\ntwo"),
        ("<![CDATA[<p>one &eacute;</p><p>two & three</p>]]>", "one é\n\ntwo & three"),
        ("&lt;a href=&quot;https://x.example/?a=1&b=2&quot;&gt;link&lt;/a&gt;", "link"),
        ("one\x0b\x01two ]]> three", "onetwo ]]> three"),
        ("<!-- no -->one<!-- <p> -->", "one"),
        ("&amp;lt;b&amp;gt; &lt;i&gt;in&lt;/i&gt;", "<b> in"),
        ("&amp;lt;p&amp;gt;one&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;two&amp;lt;/p&amp;gt;", "one\n\ntwo"),
        ("Caf&eacute and R&D", "Café and R&D"),
    ],
)
def test_text_is_what_a_feed_reader_shows(written: str, shown: str) -> None:
    (entry,) = parse_feed(rss(item(f"{written} {LONG}"))).entries
    assert entry.text.startswith(shown), entry.text[:80]
    assert entry.text.endswith(LONG[-40:])


def test_entries_after_a_broken_one_are_kept(tmp_path: Path) -> None:
    broken = f"<title>One</title><link>/1</link><description><p>{LONG * 3}<br><b>more</description>"
    open_ended = f"<title>Two</title><link>/2</link><description>{LONG * 3}"
    feed = rss(broken, open_ended, item(LONG, "Three"))
    assert [article.title for article in articles(write(tmp_path, "a.xml", feed))] == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    "before", [b"\n\n ", b"<br /><b>Warning</b>: in x.php\n", b"\xef\xbb\xbf", b'<!DOCTYPE rss PUBLIC "a" "b.dtd">']
)
def test_what_stands_before_a_feed_does_no_harm(tmp_path: Path, before: bytes) -> None:
    assert only_article(write(tmp_path, "a.xml", before + rss(item(LONG)))).title == "Ferry"


@pytest.mark.parametrize(("declared", "real"), [("utf-8", "cp1252"), ("iso-8859-1", "utf-8"), ("utf-16", "utf-8")])
def test_a_wrong_encoding_declaration(tmp_path: Path, declared: str, real: str) -> None:
    words = f"“Färjan går”, sade hon – för 5 €. {LONG}"
    feed = rss(item(words)).decode().split("?>", 1)[-1]
    data = f'<?xml version="1.0" encoding="{declared}"?>{feed}'.encode(real)
    found = list(read_file(write(tmp_path, "a.xml", data)))
    assert [entry.text for entry in found if isinstance(entry, Article)] == [words]
    assert bool([entry for entry in found if isinstance(entry, Notice)]) == (real == "cp1252")


def test_a_feed_that_ends_too_early_is_said(tmp_path: Path) -> None:
    data = rss(item(LONG), item(LONG + LONG, "Cut"))
    found = list(read_file(write(tmp_path, "a.xml", data[: data.rindex(b"</content")])))
    assert [entry.text for entry in found if isinstance(entry, Notice) and "ends too early" in entry.text]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY a "b">]>',
        '<!doctype r SYSTEM "x.dtd" [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        f"<!-- {'x' * 20_000} --><!DOCTYPE r [<!ENTITY a 'b'><!ENTITY c '&a;&a;&a;'>]>",
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_declared_entities_are_refused_wherever_they_stand(tmp_path: Path, doctype: str, charset: str) -> None:
    data = (doctype + rss(item(f"&a; {LONG}")).decode().split("?>", 1)[-1]).encode(charset)
    assert "declares entities of its own" in only_reason(write(tmp_path, "a.xml", data))


@pytest.mark.parametrize("piece", ["<title>", "&", "<!DOCTYPE ", "<!--", "<![CDATA[", "<description ", "&#x", "<item>"])
def test_hostile_xml_takes_linear_time(piece: str) -> None:
    start = time.process_time()
    with suppress(UnreadableError):
        mended(piece * 200_000)
    assert time.process_time() - start < 3


def based(base: str, link: str = "2025/story.html", entry: str = "") -> bytes:
    content = f"<content type='html'>{LONG}</content>"
    return (
        f"<feed xmlns='http://www.w3.org/2005/Atom' {base}><title>N</title><id>urn:n</id>"
        f"<entry {entry}><title>T</title><link href='{link}'/><id>tag:n,2025:1</id>{content}</entry></feed>"
    ).encode()


@pytest.mark.parametrize(
    ("feed", "url"),
    [
        (based("xml:base='https://fjord.example/nyt/'"), "https://fjord.example/nyt/2025/story.html"),
        (based("xml:base='https://fjord.example/nyt/'", "/a"), "https://fjord.example/a"),
        (
            based("xml:base='https://fjord.example/'", entry="xml:base='nyt/'"),
            "https://fjord.example/nyt/2025/story.html",
        ),
        (based("", entry="xml:base='https://fjord.example/x/'"), "https://fjord.example/x/2025/story.html"),
        (based("xml:base='https://fjord.example/'", "https://elv.example/1"), "https://elv.example/1"),
        (based("xml:base='https://fjord.example/'", "//elv.example/1"), "https://elv.example/1"),
        (based("xml:base='https://fjord.example/'", "www.elv.example/1"), "https://www.elv.example/1"),
        (based("", "//elv.example/1"), "https://elv.example/1"),
        (based("xml:base='file:///nyt/'", "a"), ""),
        (based("xml:base='http://['", "a"), ""),
        (based("xml:base='nyt/'", "a"), ""),
        (based(""), ""),
    ],
)
def test_addresses_are_resolved_by_their_base(feed: bytes, url: str) -> None:
    assert parse_feed(feed).entries[0].url == url


def test_the_feed_itself_is_the_last_base() -> None:
    (entry,) = parse_feed(atom(f"<title>T</title><link href='a'/><id>x</id><content>{LONG}</content>")).entries
    assert entry.url.startswith("https://")
    assert (
        parse_feed(based(""), "https://elv.example/feeds/all").entries[0].url
        == "https://elv.example/feeds/2025/story.html"
    )
    own = based("").replace(b"<id>urn:n", b"<link rel='self' href='https://elv.example/feed'/><id>urn:n")
    assert parse_feed(own).entries[0].url == "https://elv.example/2025/story.html"


def test_an_address_that_stays_relative_names_no_article_beyond_its_file(tmp_path: Path) -> None:
    one = only_article(write(tmp_path, "one.atom", based("")))
    other = only_article(write(tmp_path, "other.atom", based("")))
    assert one.source != other.source
    assert (one.url, "#" in one.source) == ("", True)


def test_a_guid_that_is_a_relative_address() -> None:
    feed = rss(f"<title>T</title><guid isPermaLink='true'>2025/9</guid><description>{LONG}</description>")
    assert parse_feed(feed).entries[0].url == "https://harbour.example/2025/9"


def test_a_damaged_name_around_markup_stops_nothing() -> None:
    assert (
        parse_feed(rss(f"<title>T</title><x:content><p>{LONG}</p></x:content>"))
        .entries[0]
        .text.startswith("The harbour")
    )
