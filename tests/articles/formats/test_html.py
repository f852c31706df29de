"""Web pages: the article without its surroundings, and only the date that the page declares."""

from datetime import date
from pathlib import Path

import pytest

from tests.articles import only_article, only_reason, write

PARAGRAPHS = (
    "The harbour of Eastport reopened on Tuesday after a storm had closed it for nine days, the port authority said.",
    "Forty ships left in the first hours, and officials expect the rest of the backlog to be cleared by the weekend.",
    "A new breakwater, planned for 2031-03-02, would keep the harbour open in such weather, engineers told reporters.",
)
SCHEMA = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
  {"@type": "WebSite", "datePublished": "2001-01-01"},
  {"@type": ["NewsArticle"], "headline": "Eastport harbour reopens", "datePublished": "2025-11-27T23:30:00-05:00",
   "dateModified": "2025-12-24",
   "author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Chan"}]}
]}</script>"""
META = """<meta property="og:site_name" content="Harbour News">
<meta property="og:title" content="Eastport harbour reopens">
<link rel="canonical" href="https://www.harbour-news.example/2025/eastport">"""


def page(head: str = "", paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return f"""<!DOCTYPE html><html><head><title>Eastport harbour reopens</title>{head}</head><body>
    <div id="cookie-banner" class="cookie-consent"><p>We value your privacy. Accept all cookies to continue.</p></div>
    <nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
    <main><article><h1>Eastport harbour reopens</h1>{body}</article></main>
    <section class="comments" id="comments"><p>First! Nice article, I say as a reader of it.</p></section>
    <footer><p>Copyright 2019 Harbour News. All rights reserved.</p></footer></body></html>"""


def test_an_article_with_metadata(tmp_path: Path) -> None:
    article = only_article(write(tmp_path, "a.html", page(META + SCHEMA)))
    assert (article.title, article.outlet) == ("Eastport harbour reopens", "Harbour News")
    assert (article.published, article.authors) == (date(2025, 11, 27), ("Ann Lee", "Bo Chan"))
    assert article.url == "https://www.harbour-news.example/2025/eastport"
    assert article.source == (tmp_path / "a.html").resolve().as_posix()


def test_paragraphs_are_parted_and_the_surroundings_gone(tmp_path: Path) -> None:
    text = only_article(write(tmp_path, "a.htm", page(META))).text
    assert "\n\n".join(PARAGRAPHS) in text
    for noise in ("cookies", "Sport", "First!", "Copyright"):
        assert noise not in text


def test_a_date_in_the_text_is_not_the_day_of_publication(tmp_path: Path) -> None:
    assert only_article(write(tmp_path, "a.html", page(META))).published is None


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-11-27T09:00:00Z">',
        '<meta name="DC.date.issued" content="2025-11-27"><meta name="date" content="2019-01-01">',
        '<meta itemprop="datePublished" content="27 November 2025">',
        '<time itemprop="datePublished" datetime="2025-11-27">Thursday</time>',
    ],
)
def test_other_declared_dates(tmp_path: Path, head: str) -> None:
    assert only_article(write(tmp_path, "a.html", page(head))).published == date(2025, 11, 27)


@pytest.mark.parametrize(
    "script", ["{broken", "[" * 50_000, '{"@type": 7, "author": [null, {"name": [1]}], "headline": ["x"]}']
)
def test_hostile_schema_data_does_not_stop_the_reading(tmp_path: Path, script: str) -> None:
    article = only_article(write(tmp_path, "a.html", page(f'<script type="application/ld+json">{script}</script>')))
    assert PARAGRAPHS[0] in article.text


def test_the_outlet_is_the_host_when_the_page_does_not_name_it(tmp_path: Path) -> None:
    saved = "<!-- saved from url=(0042)https://www.harbour-news.example/eastport -->\n"
    article = only_article(write(tmp_path, "a.html", saved + page()))
    assert (article.outlet, article.url) == ("harbour-news.example", "https://www.harbour-news.example/eastport")


def test_the_declared_character_set_is_used(tmp_path: Path) -> None:
    russian = "Порт открылся во вторник после шторма, сообщила администрация порта журналистам в среду утром."
    html = page('<meta charset="windows-1251">', (russian, *PARAGRAPHS))
    assert russian in only_article(write(tmp_path, "a.html", html.encode("cp1251"))).text


def test_xhtml_with_a_declaration(tmp_path: Path) -> None:
    html = '<?xml version="1.0" encoding="utf-8"?>\n' + page(META)
    assert PARAGRAPHS[1] in only_article(write(tmp_path, "a.xhtml", html)).text


@pytest.mark.parametrize(
    "html",
    [
        "<html><head></head><body></body></html>",
        "<html><body><script>let a = 1</script></body></html>",
        "<div>" * 50_000,
    ],
)
def test_a_page_without_an_article_is_told(tmp_path: Path, html: str) -> None:
    assert "no article text" in only_reason(write(tmp_path, "a.html", html))


def test_a_page_of_too_many_elements_is_refused(tmp_path: Path) -> None:
    assert "too many elements" in only_reason(write(tmp_path, "a.html", page() + "<br>" * 100_001))


def test_the_library_writes_nothing_to_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    list(only_reason(write(tmp_path, "a.html", "<html></html>")))
    assert capfd.readouterr() == ("", "")
