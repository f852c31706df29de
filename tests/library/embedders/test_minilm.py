"""MiniLM: agreement with the reference model, what int8 may cost, and vectors that depend on nothing but the text.

`reference_vectors.json` was made with torch 2.13 and transformers 5.23 from the same weights, outside this repository:

    tokens = tokenizer(text, truncation=True, max_length=256, return_tensors="pt")
    hidden = model(**tokens).last_hidden_state  # AutoModel and AutoTokenizer of the weights' folder
    mask = tokens["attention_mask"][..., None].float()
    vector = normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)[0]  # rounded to six digits
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.embedders.base import FloatMatrix, FloatVector
from assistant.library.embedders.minilm import MiniLMEmbedder, project
from assistant.library.embedders.running import _groups, encodable


@pytest.fixture(scope="module")
def reference() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Path(__file__).with_name("reference_vectors.json").read_text("utf-8"))
    return found


def _cosines(embedder: MiniLMEmbedder, reference: list[dict[str, Any]]) -> FloatMatrix:
    vectors = np.array([row["vector"] for row in reference], np.float32)
    cosines: FloatMatrix = (embedder.embed([row["text"] for row in reference]) * vectors).sum(axis=1)
    return cosines


def test_fp32_agrees_with_the_reference_model(fp32: MiniLMEmbedder, reference: list[dict[str, Any]]) -> None:
    assert _cosines(fp32, reference).min() > 0.99999


def test_int8_is_near_the_reference_model(int8: MiniLMEmbedder, reference: list[dict[str, Any]]) -> None:
    cosines = _cosines(int8, reference)
    assert cosines.min() > 0.98  # the empty text is the farthest
    assert cosines.mean() > 0.99


def test_word_pieces_are_counted_as_the_reference_counts_them(
    int8: MiniLMEmbedder, reference: list[dict[str, Any]]
) -> None:
    counts = int8.count_tokens([row["text"] for row in reference])
    read = [min(count, int8.max_tokens) + 2 for count in counts]  # with [CLS] and [SEP]
    assert read == [row["pieces"] for row in reference]


def test_int8_vectors_are_equal_to_the_last_bit_alone_and_together(int8: MiniLMEmbedder) -> None:
    """The usual dynamic quantisation fails here: it takes one scale for the whole batch."""
    texts = [f"{n} ships were counted " + "in the harbour of Port Ellery " * (n % 5) for n in range(1, 40)]
    together = int8.embed(texts)
    assert all(np.array_equal(int8.embed([text])[0], vector) for text, vector in zip(texts, together, strict=True))


def test_threads_change_no_vector(int8: MiniLMEmbedder, cache_dir: Path) -> None:
    texts = ["ship " * n for n in range(1, 60)]
    one, three = (MiniLMEmbedder(cache_dir, threads=threads).embed(texts) for threads in (1, 3))
    assert np.array_equal(one, three)


def test_special_tokens_in_a_text_are_plain_words(int8: MiniLMEmbedder) -> None:
    assert int8.count_tokens(["[SEP]"]) == [3]


def narrowed(vector: FloatVector) -> FloatVector:
    whole: FloatVector = project(vector[np.newaxis])[0]
    return whole


def cosine(one: FloatVector, other: FloatVector) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_a_sentence_vector_is_the_mean_over_its_own_word_pieces(fp32: MiniLMEmbedder) -> None:
    """Two sentences that tile a passage: weighted by their lengths, and with [CLS] and [SEP], they give the passage."""
    text = "The harbour was closed. Rates rose again."
    (found,) = fp32.embed_passages([text], [[(0, 24), (24, len(text))]])
    assert found.sentences is not None
    mixed = found.sentences.sum(axis=0)
    assert cosine(mixed, narrowed(found.passage)) > 0.9


def test_offsets_count_characters_in_every_script(fp32: MiniLMEmbedder) -> None:
    """Emoji, combining accents and NUL before a sentence must not shift it."""
    plain, odd = "Hm. Interest rates rose again.", "😀e\u0301\0. Interest rates rose again."
    results = [fp32.embed_passages([text], [[(text.index(" "), len(text))]])[0].sentences for text in (plain, odd)]
    assert results[0] is not None
    assert results[1] is not None
    assert cosine(results[0][0], results[1][0]) > 0.8


def test_a_span_beyond_what_is_read_gets_the_vector_of_the_passage(int8: MiniLMEmbedder) -> None:
    text = "harbour " * 300
    (found,) = int8.embed_passages([text], [[(0, 40), (2300, 2390)]])
    assert found.sentences is not None
    assert np.allclose(found.sentences[1], narrowed(found.passage), atol=1e-6)
    assert not np.allclose(found.sentences[0], narrowed(found.passage), atol=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_text_has_a_finite_unit_vector(int8: MiniLMEmbedder, texts: list[str]) -> None:
    spans = [[(i, i + 1) for i in range(len(text))] for text in texts]
    for text, found in zip(texts, int8.embed_passages(texts, spans), strict=True):
        assert found.sentences is not None
        assert found.sentences.shape == (len(text), 192)
        assert abs(np.linalg.norm(found.passage) - 1) < 1e-5
        assert np.abs(np.linalg.norm(found.sentences, axis=1) - 1).max(initial=0) < 0.5


@given(st.lists(st.integers(2, 256)))
def test_groups_hold_every_text_once_with_texts_of_equal_length(lengths: list[int]) -> None:
    groups = _groups(lengths)
    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))
    assert all(len({lengths[place] for place in group}) == 1 for group in groups)
    assert all(len(group) == 1 or len(group) * lengths[group[0]] <= 256 for group in groups)


def test_nothing_is_reported_to_the_makers_of_onnxruntime(tmp_path: Path) -> None:
    """Its official builds write a device id into the home folder and send usage events unless told not to."""
    script = (
        "import os, sys; from pathlib import Path; from assistant.library.embedders.minilm import MiniLMEmbedder\n"
        "MiniLMEmbedder(Path(sys.argv[1]) / 'cache').embed(['rain'])\n"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'"
    )
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    home = environment | {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": "", "USERPROFILE": str(tmp_path / "home")}
    (tmp_path / "home").mkdir()
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=home, check=True)
    assert list((tmp_path / "home").iterdir()) == []


@given(
    st.lists(
        st.text(
            alphabet=st.one_of(
                st.sampled_from(" \n\t\x1c\x85\xad\u200b\u0301[SEP]'-.é“”’—–…\ud800"), st.characters(codec="utf-8")
            )
        )
    )
)
def test_counting_word_by_word_is_counting_whole_texts(int8: MiniLMEmbedder, texts: list[str]) -> None:
    whole = int8._tokenizer.encode_batch_fast(encodable(texts), add_special_tokens=False)
    assert int8.count_tokens(texts) == [len(encoding.ids) for encoding in whole]
