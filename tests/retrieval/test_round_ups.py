"""Telling round-ups from articles on one subject."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.packing import CachedVectors, pack_passages
from assistant.records import Filters
from assistant.retrieval.candidates import is_round_up, likeness
from assistant.retrieval.retriever import Retriever
from tests.fakes.embedder import BagOfWordsEmbedder

DIMENSION = 64


def passages(shared: float, count: int) -> list[CachedVectors]:
    """Vectors that have so much of one direction in common, and are random beside it."""
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(count, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[:, 0] += shared
    return [(row.tobytes(), None) for row in pack_passages(vectors.astype(np.float32))]


def test_passages_with_nothing_in_common_make_a_digest() -> None:
    assert is_round_up(passages(0.0, 8))
    assert not is_round_up(passages(1.0, 8))


def test_a_short_article_is_no_digest() -> None:
    assert not is_round_up(passages(0.0, 3))
    assert not is_round_up([])


def test_likeness_is_the_mean_cosine_of_all_pairs() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32)
    assert likeness(vectors) == pytest.approx((0.6 + 0.0 + 0.8) / 3)


SUBJECTS = {
    "ferry": "deck crew harbour timetable ticket wharf gangway sailor anchor tide",
    "school": "pupils teacher lesson timber gymnasium exam classroom chalk term holiday",
    "wine": "grape cellar harvest bottle cork vintage barrel slope frost grower",
    "tax": "budget levy treasury revenue deficit clause rebate ledger auditor surplus",
    "opera": "singer stage curtain overture costume tenor orchestra rehearsal score applause",
    "glacier": "ice crevasse moraine melt summit ridge snowfall avalanche slope guide",
}


def paragraph(words: str, seed: int) -> str:
    """A hundred words or so on one subject."""
    rng = np.random.default_rng(seed)
    return " ".join(f"{' '.join(rng.permutation(words.split())).capitalize()}." for _ in range(11))


def test_a_digest_comes_after_the_article_on_the_subject(tmp_path: Path) -> None:
    round_up = "\n\n".join(paragraph(words, i) for i, words in enumerate(SUBJECTS.values()))
    texts = {
        "round-up": f"{round_up}\n\nThe Pellin bridge at Orrin was closed on Monday after a storm.",
        "article": "The Pellin bridge was closed on Monday. A storm was to blame, the city said.\n\n"
        + paragraph("bridge crack pier steel engineer traffic", 9),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(f"Title: {name}\nDate: 2025-03-04\n\n{text}\n", encoding="utf-8")
    library = Library(tmp_path / "library", BagOfWordsEmbedder(), create=True)
    ingest(library, [*tmp_path.glob("*.txt")], FieldMap())
    library.ready()
    found = Retriever(library).retrieve(
        "Which bridge at Orrin was closed on Monday after a storm?",
        limit=5,
        asked_on=date(2025, 3, 5),
        filters=Filters(),
    )
    titles = list(dict.fromkeys(e.article.title for e in found.evidence))
    library.close()
    assert titles == ["article", "round-up"]
