"""The archive looked through: the list with its filters, and sentences found, as a browser without scripts asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.wording import day
from tests.fakes.archive import ROWS, RecordingOpener, write_rows
from tests.serve.served import Served, opened, serving

PAGE = {"Accept": "text/html"}
GERMAN = "Der Hafen von Port Alder wird im Frühjahr geschlossen, sagte die Bürgermeisterin am Dienstag der Zeitung."


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over an article that changed, one with a correction, one in German, and one without a day."""
    place: Path = tmp_path_factory.mktemp("mixed")
    settings = Settings(use_model=False, reader="off", sessions=place / "sessions", library=place / "library")
    corrected = "Correction: An earlier version of this article misstated the cost. It is 21 million crowns."
    rows: list[dict[str, object]] = [
        {**ROWS[0], "id": "urn:m:1", "title": "Changed"},
        {**ROWS[0], "id": "urn:m:2", "title": "Corrected", "text": f"The pier cost 21 million crowns.\n\n{corrected}"},
        {**ROWS[0], "id": "urn:m:3", "title": "Auf Deutsch", "text": f"{GERMAN} {GERMAN}"},
        {**ROWS[0], "id": "urn:m:5", "title": "Taken & out", "text": "The pier was sold to a circus in May."},
        {"id": "urn:m:4", "title": "Without a day", "outlet": "Isle News", "text": "The crew of the boat is well."},
    ]
    with RecordingOpener()(settings.library, settings=settings, create=True, on_notice=lambda _: None) as made:
        made.ingest([write_rows(place / "rows.jsonl", rows)])
        rows[0] = {**rows[0], "text": "The harbour stays open. The vote was on Tuesday."}
        made.ingest([write_rows(place / "rows.jsonl", rows)])
        made.remove([made.titled("Taken")[0].id])
    with opened(settings.library, settings) as assistant, serving(assistant, settings) as served:
        yield served


def titles(server: Served, query: str) -> set[str]:
    return {info["title"] for info in server.get(f"/articles.json?{query}").json()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Changed", "Corrected", "Auf Deutsch", "Without a day"}),
        ("notice=correction", {"Corrected"}),
        ("notice=any", {"Corrected"}),
        ("notice=updated", {"Changed"}),
        ("notice=retraction", set()),
        ("language=de", {"Auf Deutsch"}),
        ("undated=1", {"Without a day"}),
        ("undated=1&outlet=Alder+Courier", set()),
        ("notice=updated&since=2025-11-27&q=chang", {"Changed"}),
    ],
)
def test_the_list_is_narrowed(mixed: Served, query: str, expected: set[str]) -> None:
    assert titles(mixed, query) == expected
    shown = mixed.get(f"/articles?{query}", PAGE).text
    assert set(re.findall(r'<a href="/a/[0-9a-f]+" dir="auto">([^<]+)', shown)) == expected


def test_removed_articles_are_listed_with_their_day_and_are_nowhere_else(mixed: Served) -> None:
    (gone,) = mixed.get("/articles.json?notice=removed&outlet=alder+courier").json()
    assert (gone["article"]["title"], gone["removed"]) == ("Taken & out", date.today().isoformat())
    assert mixed.get("/articles.json?notice=removed&q=chang").json() == []
    shown = mixed.get("/articles?notice=removed", PAGE).text
    assert '<option value="removed" selected>removed from the archive (1)</option>' in shown
    assert 'dir="auto">Taken &amp; out</a>' in shown
    assert f'<span class="tag doubt">removed {day(date.today())}</span>' in shown
    assert '<option value="updated">text changed since (1)</option>' in shown
    assert f"removed from the archive on {day(date.today())}." in mixed.get(f"/a/{gone['article']['id']}", PAGE).text


def test_what_may_be_chosen_is_counted_and_what_is_chosen_stays(mixed: Served) -> None:
    shown = mixed.get("/articles?notice=updated", PAGE).text
    assert '<option value="updated" selected>text changed since (1)</option>' in shown
    assert '<option value="correction">corrected (1)</option>' in shown
    assert '<option value="de">German (1)</option>' in shown
    assert 'value="retraction"' not in shown  # there is none
    assert "Without a day (1)" in shown
    assert "Show all" in shown


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("notice=lost", "There is no notice"),
        ("undated=1&since=2025-01-01", "between no days"),
        ("outlet=Ile+News", "Isle News"),
        ("since=yesterday", "YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_chosen_is_said_and_shows_nothing(mixed: Served, query: str, words: str) -> None:
    page, data = mixed.get(f"/articles?{query}", PAGE), mixed.get(f"/articles.json?{query}")
    assert words in page.text
    assert "No article fits" in page.text
    assert (data.status, data.json()["kind"]) == (400, "UsageError")


def test_sentences_are_found_with_the_parts_of_their_score(server: Served) -> None:
    shown = server.get("/search?q=When+does+the+last+ferry+leave", PAGE).text
    best = server.get("/search.json?q=When+does+the+last+ferry+leave").json()
    assert re.findall(r'<a href="/s/([^"]+)"', shown) == [each["ref"] for each in best]
    assert f"Score {best[0]['score']:.2f}: holds {best[0]['words']:.0%} of the question’s words" in shown
    assert "How this was understood" in shown
    assert "<dt>Asks for</dt>" in shown
    limited = server.get("/search?q=last+ferry&outlet=isle+news", PAGE).text
    assert 'value="Isle News"' in limited
    assert "Alder Courier</bdi>" not in limited
    assert [each["ref"] for each in server.get("/api/v1/search?q=last+ferry&outlet=Isle+News").json()] == re.findall(
        r'<a href="/s/([^"]+)"', limited
    )


def test_a_search_without_words_or_within_wrong_limits_says_so(server: Served) -> None:
    assert "No language model is asked" in server.get("/search", PAGE).text
    assert "Did you mean Isle News" in server.get("/search?q=ferry&outlet=Ile+News", PAGE).text
    assert "at most 1,000" in server.get(f"/search?q={'x' * 1001}", PAGE).text
    assert server.get("/search.json").status == 400
    assert server.get("/search.json?q=ferry&since=x").status == 400
    hostile = server.get("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%3E&author=%3Cb%3E", PAGE).text
    assert "<script>alert" not in hostile
    assert "<b>" not in hostile


def test_an_answer_leads_to_the_search_for_the_same(server: Served) -> None:
    from tests.serve.test_asking_pages import Person

    page = Person(server).sends("/ask", question="When does the last ferry leave?", outlet="Isle News")
    assert 'href="/search?q=When+does+the+last+ferry+leave%3F&amp;outlet=Isle+News"' in page
