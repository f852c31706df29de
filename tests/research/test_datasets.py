"""The readers of measuring data: small pieces of each format, and the whole sets where they are."""

from __future__ import annotations

import pytest

from eval.datasets.files import DATA
from research.datasets import injection, minimal_pairs, multinews, polnear, ragtruth, sentences, wice
from research.datasets.polnear import Span, attributions
from research.datasets.ragtruth import ModelAnswer
from research.datasets.sentences import trap


def test_an_attribution_in_pieces() -> None:
    standoff = (
        "T1\tSource 0 4\tAnna\nT2\tCue 5 9\tsaid\nT3\tContent 10 20;30 40\t… …\nT4\tAttribution 5 9\tsaid\n"
        "E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1 Content2:T9\n"
    )
    (found,) = attributions(standoff)
    assert (found.sources, found.cues, found.contents) == ((Span(0, 4),), (Span(5, 9),), (Span(10, 40),))


def test_marks_count_from_their_least_length() -> None:
    given = ModelAnswer("qa", "1", "?", "source", "model", "It rained hard.", ((3, 9),))
    assert given.marks(0, 6, 3)
    assert not given.marks(0, 5, 3)
    assert not given.marks(9, 15, 1)


def test_the_boundaries_of_a_trap() -> None:
    found = trap("t", "One. || Two.||\nThree.")
    assert found.text == "One. Two.\nThree."
    assert [found.text[start:][:3] for start in found.starts] == ["Two", "Thr"]


@pytest.mark.skipif(not DATA.is_dir(), reason="the measuring data is not here")
def test_every_set_of_the_measuring_data_is_read() -> None:
    assert len(wice.claims()) == 349
    assert sum(len(c.summary) for c in multinews.clusters()) == 224
    assert sum(bool(a.marked) for a in ragtruth.answers()) == 242
    assert len(polnear.articles()) == 84
    assert len(injection.attacks()) == 75
    assert len(minimal_pairs.pairs()) == 621
    assert len(sentences.documents(sentences.PUD_NEWS)) == 250
    assert all(t.text[s - 1].isspace() and not t.text[s].isspace() for t in sentences.traps() for s in t.starts)
