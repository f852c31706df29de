"""What every embedder promises, whichever it is."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.library.embedders.base import WORDS_ALONE, Embedder
from assistant.library.embedders.minilm import MiniLMEmbedder

TEXTS = [
    "The harbour of Port Ellery was closed on Tuesday.",
    "Rain.",
    "The mayor said that the bridge would be repaired by spring, at a cost of $3.4 million, and thanked the workers.",
    "Rain.",
    "Who closed the harbour?",
]
AWKWARD = [
    "",
    " \n\t",
    "\0",
    "\u200b\ufeff",
    "😀👍🏽",
    "שלום עולם",
    "東京は晴れ",
    "\ud800",
    "a" * 500,
    "[SEP] [PAD]",
    "<|endoftext|>",
]


def test_vectors_have_the_promised_shape_and_unit_length(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_order_is_kept_and_equal_texts_have_equal_vectors(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert np.array_equal(vectors[1], vectors[3])
    assert np.allclose(embedder.embed(TEXTS[::-1]), vectors[::-1], atol=1e-6)
    assert len(np.unique(vectors.round(4), axis=0)) == len(set(TEXTS))


def test_a_vector_does_not_depend_on_the_texts_beside_it(embedder: Embedder) -> None:
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    together = embedder.embed(TEXTS + ["word " * n for n in range(1, 60)])[: len(TEXTS)]
    assert np.abs(alone - together).max() <= 1e-6


def test_the_nearest_text_is_the_one_about_the_same_thing(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert int(np.argmax(vectors[:4] @ vectors[4])) == 0


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimension)
    assert embedder.embed_passages([], []) == []
    assert embedder.count_tokens([]) == []


def test_awkward_texts_have_finite_unit_vectors(embedder: Embedder) -> None:
    vectors = embedder.embed(AWKWARD)
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert len(embedder.count_tokens(AWKWARD)) == len(AWKWARD)


def test_narrowed_vectors_have_the_promised_width_and_nearly_the_same_cosines(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    narrowed = embedder.narrow(vectors)
    assert narrowed.shape == (len(TEXTS), embedder.width or embedder.dimension)
    unit = narrowed / np.linalg.norm(narrowed, axis=1, keepdims=True)
    assert np.abs(unit @ unit.T - vectors @ vectors.T).max() < 0.1


def test_a_text_is_read_up_to_max_tokens(embedder: Embedder) -> None:
    long = "harbour " * 150_000  # 1.2 MB
    short = "harbour " * embedder.max_tokens
    assert embedder.count_tokens([long])[0] >= 150_000
    assert embedder.count_tokens(["harbour " * 20]) <= [embedder.max_tokens]
    assert embedder.embed([long])[0] @ embedder.embed([short])[0] == pytest.approx(1, abs=1e-3)


def test_a_passage_has_the_vector_of_its_text(embedder: Embedder) -> None:
    found = embedder.embed_passages(TEXTS, [[(0, len(text))] for text in TEXTS])
    assert np.allclose([vectors.passage for vectors in found], embedder.embed(TEXTS), atol=1e-6)


def test_sentences_of_a_passage_have_unit_vectors_of_their_own(embedder: Embedder) -> None:
    text = "The harbour was closed on Tuesday. Interest rates rose again.  "
    spans = [(0, 35), (35, 63), (61, 63), (0, 0)]  # the last two hold no word
    (found,) = embedder.embed_passages([text], [spans])
    if found.sentences is None:
        return
    assert found.sentences.shape == (4, embedder.width or embedder.dimension)
    assert np.linalg.norm(found.sentences, axis=1) == pytest.approx(1, abs=0.15)  # what was narrowed is shorter
    about_rates = found.sentences @ embedder.narrow(embedder.embed(["Rates of interest rose."]))[0]
    assert about_rates[1] > about_rates[0]


def test_a_passage_without_spans_is_allowed(embedder: Embedder) -> None:
    (found,) = embedder.embed_passages(["Rain."], [[]])
    assert found.sentences is None or found.sentences.shape == (0, embedder.width or embedder.dimension)


def test_the_name_says_what_made_the_vectors(embedder: Embedder) -> None:
    kind, _, detail = embedder.name.partition("/")
    assert kind
    assert detail


def test_only_an_embedder_that_was_calibrated_has_its_cosines_weighed(embedder: Embedder) -> None:
    fitted = isinstance(embedder, MiniLMEmbedder)
    assert (embedder.calibration == WORDS_ALONE) is not fitted
    assert (embedder.calibration.meaning > 0) is fitted
