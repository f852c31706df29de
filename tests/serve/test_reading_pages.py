"""The pages to read in: marks over several sentences, versions side by side, the original page at the sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.sentences import trimmed
from assistant.records import ArticleInfo, Sentence, StoredArticle
from assistant.serve.reading_pages import at_sentence, shown_sentences
from assistant.settings import Settings
from research.bench.serving import Client, Seen, follow
from tests.fakes.archive import ROWS, RecordingOpener, write_rows
from tests.serve.served import Served, opened, serving


@given(st.lists(st.text("ab \n", min_size=1, max_size=6), min_size=1, max_size=8), st.data())
def test_the_sentences_of_a_page_are_the_stored_text_and_marks_hold_just_the_cited(
    tiles: list[str], data: st.DataObject
) -> None:
    text = "".join(tiles)
    ends = [sum(map(len, tiles[: n + 1])) for n in range(len(tiles))]
    sentences = tuple(Sentence(n, end - len(tiles[n]), end) for n, end in enumerate(ends))
    info = ArticleInfo(
        id="a", version=1, source="", title="", outlet="", published=None, authors=(), url="", text_hash=""
    )
    article = StoredArticle(info=info, text=text, sentences=sentences, current=True)
    first = data.draw(st.integers(0, len(tiles) - 1))
    cited = range(first, data.draw(st.integers(first + 1, min(first + 3, len(tiles)))))
    pieces = list(shown_sentences(article, cited))
    assert "".join(p.before + p.words for p in pieces) == text[: trimmed(text, sentences[-1])[1]]
    depth = 0
    for at, piece in enumerate(pieces):
        assert not (depth and "\n" in piece.before)  # no mark runs over the end of a paragraph
        depth += piece.opens
        assert depth == (at in cited)
        depth -= piece.closes
    assert depth == 0


@pytest.mark.parametrize(
    ("address", "text", "expected"),
    [
        ("https://a.example/b#c", "Well-known, all.", "https://a.example/b#:~:text=Well%2Dknown%2C%20all."),
        (
            "https://a.example/b",
            "one two three four five six\nseven eight nine ten eleven",
            "one%20two%20three%20four%20five,seven",
        ),
        ("https://a.example/b", "x " * 400, "#:~:text=x%20x%20x%20x%20x,x%20x%20x%20x%20x"),
    ],
)
def test_the_original_page_opens_at_the_sentence(address: str, text: str, expected: str) -> None:
    assert expected in at_sentence(address, text)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """A server over an article that has two versions, and the reference of a sentence of the first."""
    place: Path = tmp_path_factory.mktemp("changed")
    settings = Settings(use_model=False, reader="off", sessions=place / "sessions", library=place / "library")
    old = {**ROWS[0], "text": "The bridge cost 18 million crowns. Nobody was hurt.\n\nThe mayor spoke on Tuesday."}
    new = {**old, "text": "The bridge cost 21 million crowns. Nobody was hurt.\n\nA second pier has cracks."}
    with RecordingOpener()(settings.library, settings=settings, create=True, on_notice=lambda _: None) as made:
        made.ingest([write_rows(place / "one.jsonl", [old])])
        (info,) = made.articles()
        made.ingest([write_rows(place / "one.jsonl", [new])])
    with opened(settings.library, settings) as assistant, serving(assistant, settings) as served:
        yield served, info


def test_a_page_shows_what_changed_and_what_became_of_a_sentence(changed: tuple[Served, ArticleInfo]) -> None:
    server, info = changed
    page = server.get(f"/a/{info.id}?diff=1..2", {"Accept": "text/html"})
    assert page.status == 200
    assert "<del>18</del> <ins>21</ins>" in " ".join(page.text.split())
    assert "1 sentence changed, 1 sentence new, 1 sentence taken out" in page.text
    sentence = server.get(f"/s/{info.id}-{info.text_hash[:6]}-1", {"Accept": "text/html"}).text
    assert "the sentence was changed" in sentence
    assert re.search(r'href="/s/[0-9a-f]+-[0-9a-f]+-1">Read it there', sentence)
    assert f'href="/a/{info.id}?diff=1..2"' in sentence
    gone = server.get(f"/s/{info.id}-{info.text_hash[:6]}-3", {"Accept": "text/html"}).text
    assert "no longer there" in gone
    assert server.get(f"/s/{info.id}-{info.text_hash[:6]}-1..2", {"Accept": "text/html"}).text.count("<mark") == 1
    for wrong in ("1", "x..y", "1..9", "99999999..1"):
        assert server.get(f"/a/{info.id}?diff={wrong}").status in {400, 404}


def test_the_list_of_articles_counts_by_month(server: Served) -> None:
    shown = server.get("/articles", {"Accept": "text/html"}).text
    assert "3 articles" in shown
    assert 'class="bars"' not in shown  # all of one month
    one = server.get("/articles?since=2025-11-27&until=2025-11-27&q=harbour", {"Accept": "text/html"}).text
    assert "1 article" in one
    assert "Show all" in one


def test_the_measuring_of_load_notices_a_citation_that_leads_elsewhere(archive: Path, tmp_path: Path) -> None:
    settings = Settings(use_model=False, reader="off", sessions=tmp_path, library=archive)
    with opened(archive, settings) as assistant, serving(assistant, settings, token="") as served:
        seen = Seen()
        client = Client(served.url, seen)
        first, second = assistant.search("When does the last ferry leave?", 2)
        follow(client, seen, first.ref, first.text)
        assert (seen.followed, seen.wrong, seen.errors) == (1, [], [])
        follow(client, seen, first.ref, second.text)
        follow(client, seen, f"{first.ref[:-1]}99", first.text)
        assert (len(seen.wrong), len(seen.errors)) == (2, 1)


def test_a_sentence_is_cited_in_the_forms_of_reference_managers(server: Served) -> None:
    found = server.service.assistant.search("Mayor Ines Calder said the work costs 18 million crowns.", 1)[0]
    shown = server.get(f"/s/{found.ref}", {"Accept": "text/html"}).text
    assert "<dt>Who says it</dt>" in shown
    assert f'href="/s/{found.ref}.bib"' in shown
    bib, csl = server.get(f"/s/{found.ref}.bib"), server.get(f"/s/{found.ref}.csl")
    assert bib.text.startswith("@article{")
    assert found.ref in bib.text
    (item,) = csl.json()
    assert item["container-title"] == "Alder Courier"
    assert found.text in item["note"]
    assert csl.headers["content-disposition"] == f'attachment; filename="{found.ref}.csl"'
    assert server.get("/s/aaaa-bbbb-1.bib").status == 404
