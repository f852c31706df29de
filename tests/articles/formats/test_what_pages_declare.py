"""Day, authors, outlet, headline and text of web pages, in the many forms in which pages give them."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from assistant.articles.fields import names_in
from assistant.records import Article
from tests.articles import articles, write

DAY = date(2025, 3, 4)
PARAGRAPHS = (
    "The harbour of Skarby reopened on Tuesday after a storm had closed it for nine days, the port authority said.",
    "Forty ships left in the first hours, and officials expect the rest of the backlog to be cleared by the weekend.",
    "A new breakwater, planned for 2 March 2031, would keep the harbour open in such weather, engineers said.",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
MAIN = {"@type": "NewsArticle", "headline": "Harbour reopens", "datePublished": "2025-03-04T09:00:00Z"}
OTHER = {"@type": "NewsArticle", "headline": "Bridge sold", "datePublished": "2024-01-01", "url": "https://s.example/o"}
TITLED = (
    '<meta property="og:title" content="Harbour reopens - Skarby Post"><meta name="publisher" content="Skarby Post">'
)
POST = {"@type": "Organization", "name": "Skarby Post"}


def ld(*things: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)


def raw(block: str) -> str:
    return f'<script type="application/ld+json">{block}</script>'


def read(
    folder: Path, head: str = "", body: str = "", *, lang: str = "en", text: str = BODY, title: str = ""
) -> Article:
    html = (
        f"<!doctype html><html lang={lang}><head><meta charset=utf-8><title>{title or 'Harbour reopens'}</title>{head}"
        f"</head><body><nav><a href=/>Home</a></nav><main><article><h1>Harbour reopens</h1>{body}{text}</article>"
        "</main><footer>All rights reserved</footer></body></html>"
    )
    (article,) = articles(write(folder, "a.html", html))
    return article


@pytest.mark.parametrize(
    "head",
    [
        ld([OTHER, MAIN]),
        ld(OTHER, MAIN),
        ld({"@graph": [OTHER, MAIN]}),
        ld([OTHER, {**MAIN, "headline": "", "url": "https://s.example/h"}])
        + '<link rel=canonical href="https://s.example/h">',
        ld({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": OTHER}]}, MAIN),
        ld({"@type": "VideoObject", "datePublished": "2023-02-02"}, MAIN),
        ld({**MAIN, "comment": [{"@type": "Comment", "datePublished": "2025-03-09"}]}),
        ld(
            {
                **MAIN,
                "@type": "LiveBlogPosting",
                "liveBlogUpdate": [{"@type": "BlogPosting", "datePublished": "2025-03-05"}],
            }
        ),
        ld({"@type": "WebPage", "datePublished": "2025-03-04"}),
        ld({"@type": "NewsArticle", "dateCreated": "2025-03-04T09:00:00Z"}),
        ld({"@type": "schema:NewsArticle", "schema:datePublished": "2025-03-04"}),
        raw("<!--\n" + json.dumps(MAIN) + "\n-->"),
        raw("//<![CDATA[\n" + json.dumps(MAIN) + "\n//]]>"),
        raw(json.dumps(MAIN) + ";"),
        raw(json.dumps(MAIN)[:-1] + ",}"),
        '<meta name="pubdate" content="1741075200000">',
        '<script>window.__DATA__={"article":{"publishedAt":"2025-03-04T09:00:00Z"}}</script>',
        '<script>dataLayer=[{publishDate:"2025-03-04"}];</script>',
        '<link rel="nofollow Canonical" href="https://s.example/news/harbour-2025-03-04/">',
    ],
)
def test_the_day_in_the_head_is_that_of_the_article(tmp_path: Path, head: str) -> None:
    assert read(tmp_path, head).published == DAY


@pytest.mark.parametrize(
    ("body", "lang"),
    [
        ("<time>March 4, 2025</time>", "en"),
        ('<time datetime="1741075200">4 March</time>', "en"),
        ('<abbr class="published" title="2025-03-04T09:00:00">4 March</abbr>', "en"),
        ('<span data-timestamp="1741075200">4 March</span>', "en"),
        ('<p class="byline">By Ida Lov | March 4, 2025 | 10:00 am EST</p>', "en"),
        ('<div class="meta">Tuesday, March 4, 2025</div>', "en"),
        ("<div><span>Published</span> <b>4 Mar 2025</b></div>", "en"),
        ('<div class="submitted">Submitted by <span>Tom Vale</span> on Tue, 03/04/2025 - 10:00</div>', "en"),
        ('<div class="date">Published 4 March 2025 | Updated 6 March 2025</div>', "en"),
        ('<div class="date">Updated 6 March 2025 | Published 4 March 2025</div>', "en"),
        ("<p>Updated 6 March 2025</p><p>Published 4 March 2025</p>", "en"),
        ('<span class="date">04/03/2025</span>', "en-GB"),
        ('<span class="date">04.03.2025, 10:00 Uhr</span>', "de"),
        ('<p class="publication">Publié le mardi 4 mars 2025 à 10h00</p>', "fr"),
        ('<figure><figcaption>The harbour on March 1, 2025.</figcaption></figure><p>March 4, 2025</p>', "en"),
        (
            '<aside itemscope><h3 itemprop=headline>Sold</h3><meta itemprop="datePublished" content="2024-01-01">'
            '</aside><time itemprop="datePublished" datetime="2025-03-04">4 March</time>',
            "en",
        ),
    ],
)  # fmt: skip
def test_the_day_that_is_shown_with_the_headline(tmp_path: Path, body: str, lang: str) -> None:
    assert read(tmp_path, body=body, lang=lang).published == DAY


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<span class="date">03/04/2025</span>'),  # March or April
        ("", "<h2>The bridge will open on 2 March 2025</h2>"),
        ("", '<p class="date">Updated 4 March 2025</p>'),
        ("", "<time>March 4, 2025</time><time>March 5, 2025</time>"),
        ('<meta property="article:modified_time" content="2025-03-04">', ""),
        ('<script>var a={"publishedAt":"2025-03-04"}, b={"publishedAt":"2025-03-05"}</script>', ""),
        ("", '<p class="print">Printed in the edition of March 4, 2025, on page 3.</p>'),
    ],
)
def test_no_day_is_guessed(tmp_path: Path, head: str, body: str) -> None:
    assert read(tmp_path, head, body).published is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (ld({**MAIN, "author": [{"@type": "Person", "name": "Ida Lov"}]}), ""),
        (ld({**MAIN, "author": "By Ida Lov, Political Editor", "publisher": POST}), ""),
        (ld({"@graph": [{**MAIN, "author": {"@id": "#ida"}}, {"@id": "#ida", "name": "Ida Lov"}]}), ""),
        (ld({**MAIN, "author": [{"name": "Ida Lov"}, POST], "publisher": POST}), ""),
        ("", '<span class="author">Ida Lov</span><span class="role">Political Editor</span>'),
        ("", '<div class="byline">By <a>Ida Lov</a>Posted: 10:00 GMT, 4 March 2025</div>'),
        ("", '<div class="byline">March 4, 2025 | By Ida Lov | Photos by Tom Vale</div>'),
        ("", '<p class="byline">Submitted by Ida Lov on Tue, 03/04/2025 - 10:00</p>'),
        ('<meta name="byl" content="By Ida Lov">', ""),
        (ld({**MAIN, "author": {"name": "https://skarby.example/ida"}}), '<span class="author">Ida Lov</span>'),
    ],
)  # fmt: skip
def test_the_author_is_who_wrote_it(tmp_path: Path, head: str, body: str) -> None:
    assert read(tmp_path, head, body).authors == ("Ida Lov",)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ('<meta property="og:site_name" content="Skarby Post"><meta name="author" content="Skarby Post">', ""),
        (ld({**MAIN, "publisher": POST, "author": POST}) + '<link rel=canonical href="https://www.s.example/1">', ""),
        (ld({**MAIN, "publisher": {"@id": "#p"}}, {"@graph": [{"@id": "#p", **POST}]}), ""),
        (ld({**MAIN, "publisher": "Skarby Post"}) + '<meta name="twitter:site" content="@skarbypost">', ""),
        ("", "Harbour reopens | Skarby Post"),
        ("", "Harbour reopens - News - Skarby Post"),
        (TITLED, ""),
    ],
)  # fmt: skip
def test_the_outlet_is_named_and_not_in_the_headline(tmp_path: Path, head: str, title: str) -> None:
    article = read(tmp_path, head, title=title)
    assert (article.outlet, article.title, article.authors) == ("Skarby Post", "Harbour reopens", ())


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<base href="https://bay.example/n/"><link rel=canonical href="x/1.html">', "https://bay.example/n/x/1.html"),
        ('<base target=_blank><base href="https://bay.example/n/"><link rel=canonical href="1">', "https://bay.example/n/1"),
        ('<link rel=canonical href="/1"><meta property="og:url" content="https://bay.example/x">', "https://bay.example/x"),
        ('<link rel=canonical href="www.bay.example/1">', "https://www.bay.example/1"),
        ('<link rel=canonical href="/x/1.html">', ""),
        ('<base href="/n/"><link rel=canonical href="x/1.html">', ""),
        ('<link rel=canonical href="file:///C:/a.html">', ""),
        (ld({**MAIN, "url": "https://bay.example/1"}), "https://bay.example/1"),
        (ld({**MAIN, "mainEntityOfPage": {"@id": "https://bay.example/1"}}), "https://bay.example/1"),
        (ld({**MAIN, "mainEntityOfPage": "/1"}), ""),
    ],
)  # fmt: skip
def test_the_address_is_absolute_or_none(tmp_path: Path, head: str, url: str) -> None:
    assert read(tmp_path, head).url == url


PIECES = [{"type": "paragraph", "text": paragraph} for paragraph in PARAGRAPHS]
RELATED = [{"title": "Bridge", "body": "x y " * 400}, {"title": "Harbour reopens", "body": BODY}]
DATA: Mapping[str, str] = {
    "JSON-LD": ld({**MAIN, "articleBody": "\n\n".join(PARAGRAPHS)}),
    "JSON-LD, HTML": ld({**MAIN, "articleBody": BODY}),
    "state": f'<script>window.__DATA__ = {{"story":{{"title":"X","body":{json.dumps(BODY)}}}}};</script>',
    "blocks": f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"p": {"content": PIECES}})}</script>',
    "related": f"<script>s={json.dumps(RELATED)}</script>",
}


@pytest.mark.parametrize("where", DATA)
def test_a_text_that_scripts_show_is_found_in_their_data(tmp_path: Path, where: str) -> None:
    article = read(tmp_path, DATA[where], text='<div id="root">Loading …</div>')
    assert article.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("tag", ["noscript", "template"])
def test_a_text_for_browsers_without_scripts(tmp_path: Path, tag: str) -> None:
    assert all(paragraph in read(tmp_path, text=f"<{tag}>{BODY}</{tag}>").text for paragraph in PARAGRAPHS)


def test_of_several_articles_on_a_page_the_one_with_the_headline_is_read(tmp_path: Path) -> None:
    html = (
        "<html><body><main>"
        + "".join(
            f"<article><h2>Story {n}</h2><p>{'The bridge was sold to a baker. ' * 20}</p></article>" for n in range(3)
        )
        + f"<article><h1>Harbour reopens</h1>{BODY}</article></main></body></html>"
    )
    (article,) = articles(write(tmp_path, "a.html", html))
    assert "baker" not in article.text and PARAGRAPHS[2] in article.text


def test_what_stands_in_no_byline_is_no_author_of_a_row(tmp_path: Path) -> None:
    rows = [
        {"title": "A", "text": PARAGRAPHS[0], "author": "admin"},
        {"title": "B", "text": BODY, "author": "By Ida Lov"},
    ]
    assert [a.authors for a in articles(write(tmp_path, "a.json", json.dumps(rows)))] == [(), names_in(["Ida Lov"])]
