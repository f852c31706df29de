"""One print of a story stands for the others among the evidence, and no sentence that only one has is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.sentences import split_sentences
from assistant.library.library import Library
from assistant.records import ArticleInfo, Evidence, Filters, StoredArticle
from assistant.retrieval.evidence import with_also_in
from assistant.retrieval.rerank import stands_for
from assistant.retrieval.retriever import Retriever, with_prints
from tests.fakes.evidence import article_info, evidence
from tests.fakes.written import written_library

STORY = (
    "Divers found 14 cracks in the Pellin bridge at Orrin on Monday. The mayor closed the Pellin bridge to lorries and "
    "buses at noon. Engineers said that repairs of the Pellin bridge would last until the end of the summer. The "
    "council meets on Friday to find nine million crowns for the work, which it does not have. Ferries run every "
    "quarter of an hour between both banks of the river until then."
)
OWN = "Bakers near the Pellin bridge fear for their shops."
PRINTS = {
    "late": ("Hill Gazette", "2025-03-06", f"{STORY} {OWN}"),
    "wire": ("Orrin Wire", "2025-03-04", STORY),
    "undated": ("The Courant", "", STORY),
    "other": (
        "Sand News",
        "2025-03-05",
        "The Pellin bridge is a hundred years old. A postcard shows it when it was new.",
    ),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    files = {}
    for name, (outlet, day, text) in PRINTS.items():
        header = f"Title: {name}\nOutlet: {outlet}\n" + (f"Date: {day}\n" if day else "")
        files[name] = f"{header}\n{text}\n"
    with written_library(tmp_path_factory.mktemp("prints"), files) as opened:
        yield opened


def search(library: Library, question: str, limit: int = 12, filters: Filters | None = None) -> list[Evidence]:
    retriever = Retriever(library)
    found = retriever.retrieve(question, limit=limit, asked_on=date(2025, 5, 1), filters=filters or Filters())
    return with_prints(library, found.evidence)


def test_the_first_print_is_cited_and_the_others_are_named(library: Library) -> None:
    found = search(library, "cracks in the Pellin bridge")
    shared = [e for e in found if e.text in STORY]
    assert {e.article.outlet for e in shared} == {"Orrin Wire"}
    assert {e.article.also_in for e in shared} == {("Hill Gazette", "The Courant")}
    assert {e.article.also_in for e in found if e.article.outlet == "Sand News"} == {()}


def test_what_only_one_print_has_is_found_there(library: Library) -> None:
    (own,) = [e for e in search(library, "What do bakers near the Pellin bridge fear?") if e.text == OWN]
    assert own.article.outlet == "Hill Gazette"
    assert own.article.also_in == ()  # the others print the story, but not this sentence of it


def test_a_span_is_printed_elsewhere_where_all_of_its_sentences_are(library: Library) -> None:
    found = Retriever(library).retrieve("bakers ferries", limit=12, asked_on=date(2025, 5, 1), filters=Filters())
    (own,) = [e for e in found.evidence if e.text == OWN]
    copies = {own.article.id: (*found.copies[own.article.id],)}
    last = STORY.rpartition(". ")[2]
    text = f"{last} {OWN}"
    span = replace(own, sentence=own.sentence - 1, sentences=2, start=own.start - len(last) - 1, text=text)
    assert with_also_in(span, copies).article.also_in == ()
    alone = replace(span, sentences=1, text=last)
    assert with_also_in(alone, copies).article.also_in == ("Orrin Wire", "The Courant")


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("Divers found 14 cracks in the Pellin bridge at Orrin on Monday.", True),
        ("Divers found 14 cracks in the Pellin Bridge at Orrin, on Monday.", True),
        ("Divers found about 14 cracks in the Pellin bridge at Orrin on Monday.", True),
        ("Divers found 15 cracks in the Pellin bridge at Orrin on Monday.", False),
        ("Divers found 14 cracks in the Pellin bridge at Harlow on Monday.", False),
        ("Divers found no 14 cracks in the Pellin bridge at Orrin on Monday.", False),
        ("Divers found 14 cracks in the Orrin bridge at Pellin on Monday.", False),
        ("Bakers near the Pellin bridge fear for their shops.", False),
    ],
)
def test_only_a_copy_that_has_the_sentence_prints_it(words: str, printed: bool) -> None:
    copy = StoredArticle(
        info=article_info("copy", outlet="The Tide"), text=STORY, sentences=split_sentences(STORY), current=True
    )
    told = evidence(words, name="own")
    assert with_also_in(told, {told.article.id: (copy,)}).article.also_in == (("The Tide",) if printed else ())


def test_an_outlet_that_is_asked_for_is_cited(library: Library) -> None:
    found = search(library, "What did the Hill Gazette write about cracks in the Pellin bridge?")
    assert {e.article.outlet for e in found if e.text in STORY} == {"Hill Gazette"}
    limited = search(library, "cracks in the Pellin bridge", filters=Filters(outlets=("The Courant",)))
    assert {e.article.outlet for e in limited} == {"The Courant"}


infos = st.builds(
    lambda name, day, outlet, kind, story: replace(
        article_info(name, published=day, outlet=outlet), notice_kind=kind, story=story
    ),
    st.sampled_from("abc"),
    st.none() | st.dates(date(2025, 1, 1), date(2025, 1, 3)),
    st.sampled_from(["", "Wire", "Post"]),
    st.sampled_from(["", "retraction"]),
    st.sampled_from(["", "s"]),
)


@given(infos, infos, infos)
def test_which_print_stands_for_which_is_an_order(one: ArticleInfo, two: ArticleInfo, three: ArticleInfo) -> None:
    assert not (stands_for(one, two, ()) and stands_for(two, one, ()))
    if stands_for(one, two, ()) and stands_for(two, three, ()):
        assert stands_for(one, three, ())
