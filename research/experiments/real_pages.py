"""How well pages built as real ones are read: 30 pages of our own, ten structures in three stories, beside trafilatura.

    python -m research.experiments.real_pages

Live blogs, AMP, paywalls' teasers, consent before everything, several articles on a page, texts that only a script
shows: the structures are those of real sites, all content is invented. For each page it is known what its headline,
day, authors, outlet and paragraphs are, and what must not get into the text. Both readers are given the same page;
they were written knowing such pages, so the figures say what this program adds, not how it fares on unseen ones.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.articles import read_file
from assistant.records import Article
from research.experiments.pages import STORIES, Story

NOISE = ("Accept all cookies", "Bridge sold to a baker", "Subscribe to read on", "First comment here", "Recent posts")
AUTHORS = ("Ida Lov", "Tom Vale")
OUTLET = "Skarby Post"
_PARTS = ("title", "day", "authors", "outlet", "clean")
_OTHER = {"@type": "NewsArticle", "headline": "Bridge sold to a baker", "datePublished": "2023-01-02", "url": "/other"}
_MORE = "<p>Bridge sold to a baker, who said that he had always wanted one, and that it will be painted red.</p>" * 3


def _paragraphs(story: Story) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)


def _script(*things: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)


def _facts(story: Story, **more: object) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": f"{story.day}T09:00:00+02:00",
        "dateModified": "2025-11-01T09:00:00+02:00",
        "author": [{"@type": "Person", "name": name} for name in AUTHORS],
        "publisher": {"@type": "Organization", "name": OUTLET},
    } | more


def _page(story: Story, head: str, body: str, *, title: str = "", attributes: str = "") -> str:
    return (
        f'<!doctype html><html {attributes} lang="{story.language}"><head><meta charset="utf-8">'
        f"<title>{title or f'{story.title} | {OUTLET}'}</title>{head}</head><body>"
        f'<header><nav><a href="/">Home</a><a href="/sport">Sport</a></nav></header>{body}'
        f"<footer><p>Terms of use</p></footer></body></html>"
    )


def live_blog(story: Story) -> str:
    """Posts with times of their own below a summary; every post is an article in the schema.org data."""
    posts = [{"@type": "BlogPosting", "headline": f"Post {n}", "datePublished": f"2025-11-0{n + 1}"} for n in range(3)]
    facts = _facts(story, **{"@type": "LiveBlogPosting", "liveBlogUpdate": posts})
    inner = "".join(
        f'<article class="post"><time datetime="2025-11-0{n + 1}T10:00">10:0{n}</time><p>{paragraph}</p></article>'
        for n, paragraph in enumerate(story.paragraphs)
    )
    return _page(story, _script(facts), f'<main><article class="live"><h1>{story.title}</h1>{inner}</article></main>')


def amp(story: Story) -> str:
    """AMP: elements of its own, boilerplate styles, an advertisement between the paragraphs."""
    link = '<link rel="canonical" href="https://www.skarbypost.example/story"><style amp-boilerplate>b{}</style>'
    head = f"{link}{_script(_facts(story))}"
    ad = '<amp-ad width="300" height="250" type="x"><div fallback>Bridge sold to a baker</div></amp-ad>'
    body = ad.join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    return _page(
        story, head, f"<article><h1>{story.title}</h1><amp-img src=a.jpg></amp-img>{body}</article>", attributes="amp"
    )


def paywall(story: Story) -> str:
    """The first lines and an invitation to subscribe; the text is in the data for search engines."""
    facts = _facts(story, isAccessibleForFree="False", articleBody="\n\n".join(story.paragraphs))
    box = '<div class="paywall"><h2>Subscribe to read on</h2><p>Already a subscriber? Sign in.</p></div>'
    teaser = f"<p>{story.paragraphs[0][:60]} …</p>"
    return _page(story, _script(facts), f"<main><article><h1>{story.title}</h1>{teaser}{box}</article></main>")


def consent(story: Story) -> str:
    """A consent script of many kilobytes before everything, and its dialogue before the article."""
    script = f"<script>{'window.consent=1;/* a vendor */' * 400}</script>"
    wall = '<div class="consent-dialog" role="dialog"><p>Accept all cookies to go on. We value your privacy.</p></div>'
    head = (
        f'{script}<meta property="og:site_name" content="{OUTLET}">'
        f'<meta property="og:title" content="{story.title} - {OUTLET}">'
        f'<meta property="article:published_time" content="{story.day}T08:00:00Z">'
    )
    byline = f'<p class="byline">{" and ".join(AUTHORS)}, Political Editors</p>'
    return _page(
        story, head, f"{wall}<main><article><h1>{story.title}</h1>{byline}{_paragraphs(story)}</article></main>"
    )


def several(story: Story) -> str:
    """Other stories before and after, as articles of their own, in the text and in the data."""
    other = (
        f'<article class="card"><h2>Bridge sold to a baker</h2><time datetime="2023-01-02">x</time>{_MORE}</article>'
    )
    own = f"<article><h1>{story.title}</h1>{_paragraphs(story)}</article>"
    return _page(story, _script([_OTHER, _facts(story), _OTHER]), f"<main>{other}{own}{other}</main>")


def no_script(story: Story) -> str:
    """The text only for browsers without scripts."""
    root = f'<div id="root"></div><noscript><article><h1>{story.title}</h1>{_paragraphs(story)}</article></noscript>'
    return _page(story, _script(_facts(story)), root)


def next_data(story: Story) -> str:
    """The text as a list of blocks in the state of the page; related stories beside it."""
    blocks = [{"type": "paragraph", "content": {"text": paragraph}} for paragraph in story.paragraphs]
    state = {
        "props": {
            "story": {"title": story.title, "publishedAt": f"{story.day}", "body": blocks},
            "more": [{"title": "x", "body": _MORE}],
        }
    }
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    return _page(story, _script(_facts(story)), f'<div id="__next"><h1>{story.title}</h1><p>Loading</p></div>{script}')


def wordpress(story: Story) -> str:
    """A graph of things that point to each other; an updated day beside the published one; recent posts."""
    graph = [
        {"@type": "WebSite", "name": OUTLET, "@id": "#site", "datePublished": "2001-01-01"},
        {"@type": "WebPage", "datePublished": "2001-01-01", "isPartOf": {"@id": "#site"}},
        {**_facts(story), "author": [{"@id": f"#{n}"} for n in range(2)], "publisher": {"@id": "#org"}},
        {"@type": "Organization", "@id": "#org", "name": OUTLET},
        *({"@type": "Person", "@id": f"#{n}", "name": name} for n, name in enumerate(AUTHORS)),
    ]
    meta = (
        f'<div class="entry-meta"><time class="entry-date published" datetime="{story.day}">{story.shown}</time>'
        '<time class="updated" datetime="2025-11-01">1 November</time><span class="author">admin</span></div>'
    )
    posts = "<ul><li>Bridge sold to a baker <span>2 January 2023</span></li></ul>"
    side = f'<aside class="widget"><h2>Recent posts</h2>{posts}</aside>'
    content = f'<div class="entry-content">{_paragraphs(story)}</div>'
    body = f'<main><article class="post"><h1>{story.title}</h1>{meta}{content}</article></main>{side}'
    return _page(
        story, _script({"@context": "https://schema.org", "@graph": graph}), body, title=f"{story.title} - {OUTLET}"
    )


def old_paper(story: Story) -> str:
    """Tables, no data at all: a byline with roles and the day in one line below the headline."""
    names = " and ".join(AUTHORS).upper().replace(" AND ", " and ")
    day = f"{story.day:%B} {story.day.day}, {story.day.year}"
    line = f'<p class="byline">By {names}, Staff Writers | {day}</p>'
    cell = f'<table><tr><td class="story"><h1>{story.title}</h1>{line}{_paragraphs(story)}</td></tr></table>'
    return _page(story, "", cell, title=f"{story.title} - News - {OUTLET}")


def drupal(story: Story) -> str:
    """Who submitted it and when, the day in figures with its weekday; a related story marked up in an aside."""
    name = f'<span class="username">{AUTHORS[0]}</span>'
    line = f'<div class="submitted">Submitted by {name} on {story.day:%a, %m/%d/%Y} - 10:00</div>'
    aside = (
        '<aside itemscope itemtype="https://schema.org/NewsArticle"><h3 itemprop="headline">Bridge sold to a baker</h3>'
        '<meta itemprop="datePublished" content="2023-01-02"></aside>'
    )
    comments = '<section id="comments" class="comments"><p>First comment here.</p></section>'
    head = f'<meta property="og:site_name" content="{OUTLET}">'
    return _page(
        story,
        head,
        f"{aside}<main><article><h1>{story.title}</h1>{line}{_paragraphs(story)}</article>{comments}</main>",
    )


STRUCTURES: tuple[Callable[[Story], str], ...] = (
    live_blog, amp, paywall, consent, several, no_script, next_data, wordpress, old_paper, drupal,
)  # fmt: skip
TOLD = [story for story in STORIES if story.language in ("en", "de", "es")]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader made of one page."""

    name: str
    title: bool
    day: bool
    authors: bool
    outlet: bool
    text: float  # share of the paragraphs that are in the text, whole
    clean: bool  # nothing of what surrounds the article


def measured() -> Iterator[tuple[Reading, Reading]]:
    """Yield what the program and trafilatura alone make of every page."""
    with tempfile.TemporaryDirectory() as folder:
        for structure in STRUCTURES:
            for story in TOLD:
                page, name = structure(story), f"{structure.__name__}/{story.language}"
                authors = AUTHORS[:1] if structure is drupal else AUTHORS
                path = Path(folder) / "page.html"
                path.write_text(page, encoding="utf-8")
                yield _ours(name, story, authors, path), _theirs(name, story, authors, page)


def _ours(name: str, story: Story, authors: tuple[str, ...], path: Path) -> Reading:
    article = next((item for item in read_file(path) if isinstance(item, Article)), None)
    if article is None:
        return Reading(name, False, False, False, False, 0.0, False)
    return _reading(
        name, story, authors, article.title, str(article.published), article.authors, article.outlet, article.text
    )


def _theirs(name: str, story: Story, authors: tuple[str, ...], page: str) -> Reading:
    import trafilatura

    found: Any = trafilatura.bare_extraction(page, include_comments=False, with_metadata=True)
    said = {key: str(getattr(found, key, None) or "") for key in ("title", "date", "author", "sitename", "text")}
    names = tuple(name.strip() for name in said["author"].split(";"))
    return _reading(name, story, authors, said["title"], said["date"], names, said["sitename"], said["text"])


def _reading(
    name: str,
    story: Story,
    authors: tuple[str, ...],
    title: str,
    day: str,
    names: tuple[str, ...],
    outlet: str,
    text: str,
) -> Reading:
    return Reading(
        name=name,
        title=title == story.title,
        day=day == str(story.day),
        authors=[one.casefold() for one in names] == [one.casefold() for one in authors],
        outlet=outlet == OUTLET,
        text=sum(paragraph in text for paragraph in story.paragraphs) / len(story.paragraphs),
        clean=bool(text) and not any(noise in text for noise in NOISE),
    )


def main() -> int:
    """Print the figures of both, and each page that the program did not read as it should be."""
    pairs = list(measured())
    out = sys.stdout
    out.write(f"{len(pairs)} pages  this program  trafilatura alone\n")
    for part in _PARTS:
        ours, theirs = (sum(getattr(pair[n], part) for pair in pairs) for n in range(2))
        out.write(f"{part:10} {ours:10}  {theirs:10}\n")
    shares = [sum(pair[n].text for pair in pairs) / len(pairs) for n in range(2)]
    out.write(f"{'text':10} {shares[0]:10.3f}  {shares[1]:10.3f}  of the paragraphs\n")
    for ours, _ in pairs:
        if ours.text < 1 or not all(getattr(ours, part) for part in _PARTS):
            out.write(f"  {ours}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
