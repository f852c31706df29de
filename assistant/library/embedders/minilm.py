"""The default embedder: all-MiniLM-L6-v2 on onnxruntime, on this machine, without torch and without the network.

How texts are spread over threads is in `running`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.library.embedders import minilm_files
from assistant.library.embedders.base import Calibration, FloatMatrix, PassageVectors, Span, unit_rows
from assistant.library.embedders.minilm_files import DIMENSION, MAX_PIECES, Precision
from assistant.library.embedders.running import encodable, open_model, open_tokenizer, spread, threads_for

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

PROJECTED = 192  # dimension after the projection
DIRECTIONS = "minilm_narrow.npy"  # of the projection: [384, 192], columns of unit length, as float16
_COSINE = 0.96  # of two whole vectors, as a share of that of the projected ones; .94 to .97 on news, rising with it
_MARKS = r"!-/:-@\[-`{-~–—‘’“”…"  # each is a word piece by itself, and no piece reaches over one, or over a space
_WORD = re.compile(f"[^ \n{_MARKS}]+|[{_MARKS}]")
_WORDS_KEPT = 500_000  # words whose pieces are remembered, some 60 MB


class MiniLMEmbedder:
    """all-MiniLM-L6-v2: English, 384 dimensions, reads the first 254 word pieces of a text.

    On one machine a text's vector is the same to the last bit, whatever it is embedded with and on however many
    threads. Between kinds of processors and versions of onnxruntime, fp32 vectors differ by rounding (2e-7), which int8
    enlarges where it tips an activation over to the next integer (cosines of .998 to 1 seen, no worse towards fp32).
    """

    dimension = DIMENSION
    width: int | None = PROJECTED
    max_tokens = MAX_PIECES - 2  # [CLS] and [SEP] stand around every text
    calibration = Calibration(8.0, 3.0, 1.0, 2.0, -5.0, 6.0, 1.0, -8.4)  # fitted, then rounded by hand

    def __init__(
        self,
        cache_dir: Path,
        *,
        precision: Precision = "int8",
        threads: int | None = None,
        model_dir: Path | None = None,
    ) -> None:
        """Nothing is loaded yet. `cache_dir` keeps the built model; `threads` defaults to the cores, at most 8.

        `model_dir` holds model.safetensors and tokenizer.json, by default those of the installed weights package. The
        first use raises `UsageError` when they are missing or not the known ones.
        """
        self.name = f"minilm-l6-v2/{precision}"
        self._cache_dir = cache_dir
        self._precision: Precision = precision
        self._threads = threads or threads_for()
        self._model_dir = model_dir
        self._piece_counts = _PieceCounts(self._count_word)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is made in a worker, with nothing of what is loaded; on one thread, since workers share the cores."""
        made = partial(type(self), precision=self._precision, threads=1, model_dir=self._model_dir)
        return made, (self._cache_dir,)

    @cached_property
    def _session(self) -> Any:
        return open_model(minilm_files.built_model(self._cache_dir, self._precision, self._model_dir))

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return open_tokenizer((self._model_dir or minilm_files.model_folder()) / "tokenizer.json")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, [CLS] and [SEP] not counted.

        The pieces of a text are those of its words and marks, and most words were met before.
        """
        if len(self._piece_counts) > _WORDS_KEPT:
            self._piece_counts.clear()
        pieces = self._piece_counts.__getitem__
        return [sum(map(pieces, _WORD.findall(text))) for text in texts]

    def _count_word(self, word: str) -> int:
        (readable,) = encodable([word])
        return len(self._tokenizer.encode(readable, add_special_tokens=False))

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """Mean of all word pieces' vectors, [CLS] and [SEP] included, as the model was trained."""
        pieces = [_cut(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(encodable(texts))]
        vectors = np.zeros((len(texts), DIMENSION), np.float32)

        def embed_group(group: Sequence[int]) -> None:
            vectors[group] = self._run([pieces[i] for i in group]).mean(axis=1)

        self._spread(embed_group, [len(ids) for ids in pieces])
        return unit_rows(vectors)

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        """As `embed`; a sentence's vector is the mean of the vectors that its word pieces have within the passage.

        A span without a word piece that was read (white space, or beyond `max_tokens`) gets the passage's vector.
        """
        encodings = self._tokenizer.encode_batch(encodable(texts))
        pieces = [_cut(encoding.ids) for encoding in encodings]
        done: dict[int, PassageVectors] = {}

        def embed_group(group: Sequence[int]) -> None:
            for i, vectors in zip(group, self._run([pieces[i] for i in group]), strict=True):
                done[i] = _pooled(vectors, encodings[i], spans[i])

        self._spread(embed_group, [len(ids) for ids in pieces])
        return [done[i] for i in range(len(texts))]

    def vocabulary(self) -> list[str]:
        """The word pieces that the model knows."""
        return list(self._tokenizer.get_vocab(with_added_tokens=False))

    def narrow(self, vectors: FloatMatrix) -> FloatMatrix:
        """The part of each vector that tells most: [n, 384] -> [n, 192], see `project`."""
        return project(vectors)

    def _run(self, pieces: Sequence[Sequence[int]]) -> FloatMatrix:
        """The vectors of the word pieces of texts of equal length: [texts, length, d]."""
        (vectors,) = self._session.run(None, {"pieces": np.array(pieces, np.int64)})
        found: FloatMatrix = vectors
        return found

    def _spread(self, work: Callable[[Sequence[int]], None], lengths: Sequence[int]) -> None:
        _ = self._session  # loaded here, by one thread
        spread(work, lengths, self._threads)


class _PieceCounts(dict[str, int]):
    """The number of word pieces of each word that was met."""

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count

    def __missing__(self, word: str) -> int:
        """Count the pieces of a new word."""
        count = self[word] = self._count(word)
        return count


def _cut(ids: list[int]) -> list[int]:
    """At most `MAX_PIECES`, the last of them [SEP]."""
    return ids if len(ids) <= MAX_PIECES else ids[: MAX_PIECES - 1] + ids[-1:]


def _pooled(vectors: FloatMatrix, encoding: Encoding, spans: Sequence[Span]) -> PassageVectors:
    """Passage and sentence vectors from one passage's word pieces: vectors [length, d]."""
    whole = vectors.mean(axis=0)
    starts = np.array([start for start, _ in encoding.offsets[1:-1]][: len(vectors) - 2], np.int64)
    inner = vectors[1:-1]  # [CLS] and [SEP] belong to no sentence
    rows = [inner[(starts >= start) & (starts < end)] for start, end in spans]
    means = [row.mean(axis=0) if len(row) else whole for row in rows]
    together = unit_rows(np.array([whole, *means], np.float32))
    return PassageVectors(together[0], project(together[1:]))


def project(vectors: FloatMatrix) -> FloatMatrix:
    """Project vectors on the directions in which they differ most, [n, 384] -> [n, 192]: a PCA projection.

    Half of the numbers tell nearly all. The directions are the leading eigenvectors of X'X, where the rows of X are the
    vectors of strings of words drawn from the model's own vocabulary, so that no text had a say in them.
    `python -m research.fitting.narrowing` makes the file again and measures what is lost.

    What is left out would have made the directions of two texts differ a little more. So that cosines stay what they
    were on average, rows get a length of .96, to be multiplied with unit rows.
    """
    return _COSINE * unit_rows(vectors @ _directions())


@cache
def _directions() -> FloatMatrix:
    with resources.files(__package__).joinpath(DIRECTIONS).open("rb") as stream:
        found: FloatMatrix = np.load(stream, allow_pickle=False).astype(np.float32)
    return found
