"""How well saved web pages are read: 50 pages of our own making, ten layouts in five stories.

    python -m research.experiments.pages

All content is invented. For each page it is known what its title, its day of publication and its paragraphs are, and
what must not get into the text: menus, banners, related stories, comments, advertisements. The layouts follow what news
sites do; they were written together with the reader, so the figures say that it does what it is meant to do, not how
it fares on pages that nobody has seen.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.articles import read_file
from assistant.records import Article

_NOISE = ("Accept all cookies", "Most read today", "First comment here", "Terms of use", "Sponsored by Brightlamp")


@dataclass(frozen=True, slots=True)
class Story:
    """What a page should be read as."""

    language: str
    title: str
    day: date
    shown: str  # the day as the page shows it
    paragraphs: tuple[str, ...]


STORIES = (
    Story(
        "en",
        "Velden ferry returns to service after engine repairs",
        date(2025, 3, 4),
        "4 March 2025",
        (
            "The ferry between Velden and Osterholm sailed again on Tuesday, eleven days after its engine had failed.",
            "Engineers replaced two pumps and a gearbox, the operator said, at a cost of 340,000 crowns.",
            "About 1,900 commuters had travelled by bus in the meantime, a journey of nearly two hours.",
            "“We are sorry for the trouble,” said the line's director, Marta Iwel, at the quay.",
        ),
    ),
    Story(
        "de",
        "Stadtrat von Lindau am Berg beschließt neue Schule",
        date(2024, 11, 27),
        "27. November 2024",
        (
            "Der Stadtrat von Lindau am Berg hat am Mittwoch den Bau einer neuen Grundschule beschlossen.",
            "Das Gebäude soll 14 Millionen Kronen kosten und im Herbst 2027 fertig sein, sagte die "
            "Bürgermeisterin Ute Karst.",
            "Elternvertreter hatten seit Jahren über zu kleine Klassenräume geklagt und Unterschriften gesammelt.",
            "Die Opposition stimmte dagegen, weil sie die Kosten für zu hoch hält.",
        ),
    ),
    Story(
        "fr",
        "La récolte de pommes bat un record à Verlaine",
        date(2025, 10, 1),
        "1er octobre 2025",
        (
            "Les vergers de Verlaine ont livré cette année 62 000 tonnes de pommes, un niveau jamais atteint.",
            "Selon la coopérative, le printemps sans gel explique la hausse de 18 % par rapport à l'an dernier.",
            "Les producteurs craignent toutefois une baisse des prix avant la fin de l'automne.",
            "« Il faudra trouver de nouveaux acheteurs », a déclaré la présidente de la coopérative, Anne Morel.",
        ),
    ),
    Story(
        "es",
        "El museo de Puerto Claro reabre con una sala dedicada al mar",
        date(2025, 6, 15),
        "15 de junio de 2025",
        (
            "El museo municipal de Puerto Claro reabrió el domingo después de tres años de obras en su edificio.",
            "La nueva sala dedicada al mar reúne 240 objetos, entre ellos el timón de un barco hundido en 1871.",
            "La entrada será gratuita durante el primer mes, según informó el ayuntamiento de la ciudad.",
            "La directora, Elena Ruiz, espera recibir a 50 000 visitantes antes de fin de año.",
        ),
    ),
    Story(
        "ja",
        "港町の新しい橋が開通、渋滞の緩和に期待",
        date(2025, 4, 20),
        "2025年4月20日",
        (
            "港町の中心部と対岸を結ぶ新しい橋が二十日に開通し、午前中から多くの車が通行した。",
            "橋の長さは八百四十メートルで、工事には四年と百二十億クローネの費用がかかった。",
            "市の担当者は、朝夕の渋滞が三割ほど減ると見込んでいると説明した。",
            "地元の商店街では、観光客の増加に期待する声が聞かれた。",
        ),
    ),
)


def _paragraphs(story: Story) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)


def _document(story: Story, head: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8"><title>{story.title}</title>{head}'
        f"</head><body>{body}</body></html>"
    )


def _menus(main: str) -> str:
    return (
        '<header><nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f'</header>{main}<aside class="related"><h3>Most read today'
        f'</h3><ul><li><a href="/x">Another story</a></li></ul></aside>'
        '<footer><a href="/terms">Terms of use</a></footer>'
    )


def json_ld(story: Story) -> str:
    """The day in schema.org data, beside those of other things; a later change declared too."""
    facts = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "datePublished": "2001-01-01"},
            {
                "@type": "NewsArticle",
                "headline": story.title,
                "datePublished": f"{story.day}T09:00:00+02:00",
                "dateModified": "2025-11-01T09:00:00+02:00",
            },
        ],
    }
    head = f'<script type="application/ld+json">{json.dumps(facts)}</script>'
    return _document(story, head, _menus(f"<main><article><h1>{story.title}</h1>{_paragraphs(story)}</article></main>"))


def open_graph(story: Story) -> str:
    """The day in a `meta` element; a cookie banner before everything."""
    head = (
        f'<meta property="article:published_time" content="{story.day}T22:30:00Z">'
        f'<meta property="og:title" content="{story.title}">'
    )
    banner = '<div id="cookie-consent" class="cookie-banner"><p>Accept all cookies to go on.</p></div>'
    main = f'<div class="content"><article><h1>{story.title}</h1>{_paragraphs(story)}</article></div>'
    return _document(story, head, banner + _menus(main))


def dublin_core(story: Story) -> str:
    """An older site: tables, a day in Dublin Core."""
    head = f'<meta name="DC.date.issued" content="{story.day}">'
    main = (
        f'<table><tr><td class="story"><h1>{story.title}'
        f'</h1><div class="article-body">{_paragraphs(story)}</div></td></tr></table>'
    )
    return _document(story, head, _menus(main))


def marked_time(story: Story) -> str:
    """The day in a marked `time` element; a comment below."""
    main = (
        f'<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{story.title}</h1>'
        f'<time itemprop="datePublished" datetime="{story.day}">{story.shown}</time><div itemprop="articleBody">'
        f'{_paragraphs(story)}</div></article><section id="comments" class="comments">'
        f"<p>First comment here.</p></section>"
    )
    return _document(story, "", _menus(main))


def plain_time(story: Story) -> str:
    """An unmarked `time` element with the headline, and others beside the related stories."""
    main = (
        f'<main><article><header><h1>{story.title}</h1><time datetime="{story.day}T07:00">{story.shown}</time></header>'
        f'<div class="text">{_paragraphs(story)}</div></article><ul class="teasers"><li><a href="/y">Another</a> '
        '<time datetime="2023-01-02">x</time></li></ul></main>'
    )
    return _document(story, "", _menus(main))


def byline(story: Story) -> str:
    """The day in words only, in an element whose class says so."""
    main = (
        f'<article class="post"><h1 class="post-title">{story.title}'
        f'</h1><div class="post-meta"><span class="post-date">'
        f'{story.shown}</span></div><div class="post-content">{_paragraphs(story)}</div></article>'
    )
    return _document(story, "", _menus(main))


def address(story: Story) -> str:
    """No day but that in the address."""
    url = f"https://news.example/{story.day:%Y/%m/%d}/story"
    main = f'<article><h1>{story.title}</h1><div class="entry-content">{_paragraphs(story)}</div></article>'
    return _document(story, f'<link rel="canonical" href="{url}">', _menus(main))


def advertised(story: Story) -> str:
    """Advertisements and pictures between the paragraphs."""
    head = f'<meta name="date" content="{story.day}">'
    parts = "".join(
        f'<p>{paragraph}</p><div class="advertisement ad-slot"><p>Sponsored by Brightlamp</p></div>'
        for paragraph in story.paragraphs
    )
    figure = '<figure><img src="a.jpg" alt="x"><figcaption>A picture.</figcaption></figure>'
    return _document(
        story,
        head,
        _menus(f'<main><article><h1>{story.title}</h1>{figure}<div class="body">{parts}</div></article></main>'),
    )


def application(story: Story) -> str:
    """A page made by a script: `div`s without meaning, broken schema.org data, a day in `parsely-pub-date`."""
    broken = '<script type="application/ld+json">{broken</script>'
    head = f'{broken}<meta name="parsely-pub-date" content="{story.day}T00:00:00Z">'
    inner = "".join(f'<div class="css-1x"><p class="css-2y">{paragraph}</p></div>' for paragraph in story.paragraphs)
    main = (
        f'<div id="root"><div class="css-0"><h1 class="css-9">{story.title}'
        f'</h1><section name="articleBody">{inner}</section></div></div>'
    )
    return _document(story, head, _menus(main))


def undated(story: Story) -> str:
    """No day of publication at all, and one in the text that is none."""
    late = "<p>31 December 2031: 1 January 2032.</p>"
    return _document(
        story, "", _menus(f"<main><article><h1>{story.title}</h1>{_paragraphs(story)}{late}</article></main>")
    )


LAYOUTS: tuple[Callable[[Story], str], ...] = (
    json_ld, open_graph, dublin_core, marked_time, plain_time, byline, address, advertised, application, undated,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """How one page was read."""

    name: str
    title: bool
    day: bool
    updated: bool  # the day of the last change is that declared, or none
    language: bool
    text: float  # share of the paragraphs that are in the text, whole
    clean: bool  # nothing of what surrounds the article


def measured() -> Iterator[Score]:
    """The scores of all pages."""
    with tempfile.TemporaryDirectory() as folder:
        for layout in LAYOUTS:
            for story in STORIES:
                path = Path(folder) / "page.html"
                path.write_text(layout(story), encoding="utf-8")
                articles = [item for item in read_file(path) if isinstance(item, Article)]
                yield _score(layout, story, articles[0] if articles else None)


def _score(layout: Callable[[Story], str], story: Story, article: Article | None) -> Score:
    name = f"{layout.__name__}/{story.language}"
    if article is None:
        return Score(name, False, False, False, False, 0.0, False)
    day = None if layout is undated else story.day
    updated = date(2025, 11, 1) if layout is json_ld else None
    return Score(
        name=name,
        title=article.title == story.title,
        day=article.published == day,
        updated=article.updated == updated,
        language=article.language == story.language,
        text=sum(paragraph in article.text for paragraph in story.paragraphs) / len(story.paragraphs),
        clean=not any(noise in article.text for noise in _NOISE),
    )


def main() -> int:
    """Print the shares, and each page that was not read as it should be."""
    scores = list(measured())
    out = sys.stdout
    for part in ("title", "day", "updated", "language", "clean"):
        out.write(f"{part:9} {sum(getattr(score, part) for score in scores)} of {len(scores)}\n")
    out.write(f"{'text':9} {sum(score.text for score in scores) / len(scores):.3f} of the paragraphs\n")
    for score in scores:
        if not (score.title and score.day and score.updated and score.language and score.clean and score.text == 1.0):
            out.write(f"  {score}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
