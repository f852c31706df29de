"""Articles that print one story are told together, as they come, change and go."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.articles import FieldMap
from assistant.articles.near_duplicates import Clustering, ClusterMember
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.removal import named, remove
from assistant.records import ArticleInfo
from assistant.retrieval.evidence import printed_in
from tests.articles.test_near_duplicates import edited, story
from tests.library.conftest import OpenLibrary, write_article


class Newsroom:
    """A folder of articles and the library that takes them in."""

    def __init__(self, folder: Path, library: Library) -> None:
        self.folder = folder
        self.library = library

    def publish(self, name: str, text: str, *, outlet: str = "", day: date | None = date(2025, 3, 4)) -> None:
        write_article(self.folder / f"{name}.txt", text, outlet=outlet or name.title(), day=day)
        ingest(self.library, [self.folder], FieldMap())

    def infos(self) -> dict[str, ArticleInfo]:
        return {Path(info.source).stem: info for info in self.library.catalog.articles()}

    def stories(self) -> list[set[str]]:
        """The articles by story, of more than one article."""
        held: dict[str, set[str]] = {}
        for name, info in self.infos().items():
            held.setdefault(info.story, set()).add(name)
        return sorted((names for names in held.values() if len(names) > 1), key=sorted)

    def also_in(self, name: str) -> tuple[str, ...]:
        info = self.infos()[name]
        return printed_in(info, [other.info for other in self.library.catalog.prints([info]).get(info.id, ())])

    def remove(self, name: str) -> None:
        remove(self.library, [info.id for info in named(self.library, str(self.folder / f"{name}.txt"))])


@pytest.fixture
def newsroom(tmp_path: Path, open_library: OpenLibrary) -> Newsroom:
    (tmp_path / "news").mkdir()
    return Newsroom(tmp_path / "news", open_library())


def test_copies_are_told_whenever_they_come(newsroom: Newsroom) -> None:
    newsroom.publish("wire", story(1))
    newsroom.publish("other", story(2))
    newsroom.publish("courant", edited(story(1), 0.1))
    newsroom.publish("ledger", f"{story(1)} {story(5, 40)}")
    assert newsroom.stories() == [{"wire", "courant", "ledger"}]
    assert newsroom.also_in("wire") == ("Courant", "Ledger")
    assert newsroom.also_in("other") == ()
    infos = newsroom.infos()
    assert infos["wire"].story == min(infos[name].id for name in ("wire", "courant", "ledger"))


def test_the_same_outlet_is_told_by_title(newsroom: Newsroom) -> None:
    newsroom.publish("wire", story(1), outlet="The Wire")
    newsroom.publish("again", edited(story(1), 0.1), outlet="the wire")
    assert newsroom.also_in("wire") == ("“Again”",)


def test_a_new_version_that_is_no_copy_leaves_the_story(newsroom: Newsroom) -> None:
    newsroom.publish("wire", story(1))
    newsroom.publish("courant", story(1))
    newsroom.publish("wire", story(3))
    assert newsroom.stories() == []
    newsroom.publish("wire", edited(story(1), 0.05))
    assert newsroom.stories() == [{"wire", "courant"}]


def test_what_held_a_story_together_can_go(newsroom: Newsroom) -> None:
    newsroom.publish("first", story(1, 400))
    newsroom.publish("middle", f"{story(1, 400)} {story(2, 400)}")  # both are whole in it
    newsroom.publish("last", story(2, 400))
    assert newsroom.stories() == [{"first", "middle", "last"}]
    newsroom.remove("middle")
    assert newsroom.stories() == []
    assert newsroom.also_in("first") == ()


def test_a_new_date_can_make_it_another_story(newsroom: Newsroom) -> None:
    newsroom.publish("wire", story(1))
    newsroom.publish("courant", story(1))
    newsroom.publish("courant", story(1), day=date(2026, 3, 4))
    assert newsroom.stories() == []
    newsroom.publish("courant", story(1), day=date(2025, 3, 5))
    assert newsroom.stories() == [{"wire", "courant"}]


def test_a_notice_under_hundreds_of_articles_costs_no_more_than_under_a_few(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = story(9, 200)
    for number in range(60):
        write_article(newsroom.folder / f"page{number:02}.txt", f"{notice} {story(100 + number, 230)}")
    compared: list[int] = []
    original = Clustering.compare

    def counted(self: Clustering, one: ClusterMember, other: ClusterMember) -> None:
        compared.append(one.version_id)
        original(self, one, other)

    monkeypatch.setattr(Clustering, "compare", counted)
    ingest(newsroom.library, [newsroom.folder], FieldMap())
    assert newsroom.stories() == []
    assert max(compared.count(row) for row in set(compared)) <= 32


def test_a_notice_in_place_of_articles_is_no_story_once_it_is_told_as_one(newsroom: Newsroom) -> None:
    notice = story(9)
    newsroom.publish("quiz", notice, outlet="The Wire")
    newsroom.publish("storm", notice, outlet="The Wire")
    assert newsroom.stories() == [{"quiz", "storm"}]  # as far as can be told from two of one day
    newsroom.publish("vote", notice, outlet="The Wire", day=date(2025, 3, 9))
    assert newsroom.stories() == []
    newsroom.publish("spill", notice, outlet="The Wire")
    assert newsroom.stories() == []


def test_updated_day_language_and_notice_are_kept(newsroom: Newsroom) -> None:
    page = (
        '<html lang="en"><head><title>Bridge</title><meta property="article:published_time" content="2025-03-04">'
        '<meta property="article:modified_time" content="2025-03-06"></head><body><article><h1>Bridge</h1>'
        "<p>The council of the town said on Monday that the old bridge over the river would stay closed.</p>"
        "<p>Engineers had found cracks in two of the piers and asked for further tests before the summer.</p>"
        "<p>Correction: An earlier version of this article misstated the number of piers.</p>"
        "<p>Retraction: This article has been withdrawn.</p></article></body></html>"
    )
    (newsroom.folder / "bridge.html").write_text(page, encoding="utf-8")
    ingest(newsroom.library, [newsroom.folder], FieldMap())
    (info,) = newsroom.library.catalog.articles()
    assert (info.updated, info.language, info.notice_kind) == (date(2025, 3, 6), "en", "retraction")
    assert info.notice == "Retraction: This article has been withdrawn."
