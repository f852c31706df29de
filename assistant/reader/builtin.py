"""The reader that ships: MiniLM's encoder, its upper layers trained by us, and once more for the order of sentences.

Whether sentences support a statement, or answer a question at all, and which of many answers it best, are learned from
other texts, and what helps the one harms the other; so the uppermost layers were trained once more on lists of
sentences for one question.

`docs/reader.md` is its model card. Only what was trained is in `builtin.npz` and `rerank.npz`, in integers: word
vectors and lower layers are those of the embedding model, which is installed anyway; what `rerank.npz` does not hold
is that of `builtin.npz`. `python -m research.reader.store` makes the files.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import UsageError
from assistant.library.embedders.base import FloatMatrix
from assistant.library.embedders.minilm_files import checked_weights, kept_model, model_folder
from assistant.library.embedders.running import encodable, open_model, open_tokenizer, spread, threads_for
from assistant.reader.protocol import ReadPieces, Support, behind_titles, cut, in_context
from assistant.records import Evidence

WEIGHTS = Path(__file__).with_name("builtin.npz")
RERANKING = Path(__file__).with_name("rerank.npz")
SHA256 = {
    WEIGHTS: "9f68430132b8790f98897e27f48e747eedd6efe7e766e4d040c0a54bef13878a",
    RERANKING: "c21e5db4e6f6ecdbc9a7fa2dded777e46286ee40729bf39ea1d9a91b436f3b42",
}
SCALES_ENDING = ".scales"  # ends the name of the scales of a matrix that is stored in integers


class BuiltinReader:
    """The trained reader. Nothing is loaded before the first pair is read; each of its two models takes some 40 MB."""

    name = "builtin"

    def __init__(
        self, cache_dir: Path, *, threads: int | None = None, stored: Path = WEIGHTS, reranking: Path = RERANKING
    ) -> None:
        """`cache_dir` keeps the built models; `threads` defaults to the cores, at most 8.

        The first use raises `UsageError` when `stored`, `reranking` or the embedding model's weights are missing or
        damaged.
        """
        self._cache_dir = cache_dir
        self._threads = threads or threads_for()
        self._stored = stored
        self._reranking = reranking

    def load(self) -> None:
        """Build or read the models now, so that the first question need not wait for them."""
        _ = self._support_session, self._rerank_session, self._tokenizer

    def support(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Support]:
        """Read statements; see `Reader`."""
        texts = [(statement, behind_titles(sentences)) for statement, sentences in pairs]
        logits = self._logits(self._support_session, texts)
        return [_support(row[:3]) for row in logits]

    def answers(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """Read sentences as answers; see `Reader`."""
        return self._as_answers(self._support_session, pairs)

    def rerank(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """Read sentences beside each other; see `Reader`."""
        return self._as_answers(self._rerank_session, pairs)

    def _as_answers(self, session: Any, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        texts = [(question, in_context(sentence)) for question, sentence in pairs]
        return [float(row[3]) for row in self._logits(session, texts)]

    def _logits(self, session: Any, pairs: Sequence[tuple[str, str]]) -> FloatMatrix:
        """The four outputs of one of the two models for each pair of texts: [n, 4]."""
        tokenizer = self._tokenizer
        sides = [
            [encoding.ids for encoding in tokenizer.encode_batch_fast(encodable(texts), add_special_tokens=False)]
            for texts in ([left for left, _ in pairs], [right for _, right in pairs])
        ]
        reads = [cut(left, right) for left, right in zip(*sides, strict=True)]
        found = np.zeros((len(pairs), 4), np.float32)

        def read(group: Sequence[int]) -> None:
            found[group] = session.run(None, _inputs([reads[i] for i in group]))[0]

        spread(read, [len(pieces) for pieces, _ in reads], self._threads)
        return found

    @cached_property
    def _support_session(self) -> Any:
        return self._opened(self._stored)

    @cached_property
    def _rerank_session(self) -> Any:
        return self._opened(self._stored, self._reranking)

    def _opened(self, *stored: Path) -> Any:
        name = "-".join(_checked_digest(file)[:16] for file in stored)
        return open_model(kept_model(self._cache_dir / f"reader-{name}.model", lambda: exported(*stored)))

    @cached_property
    def _tokenizer(self) -> Any:
        return open_tokenizer(model_folder() / "tokenizer.json")


def exported(*stored: Path) -> bytes:
    """The reader as an ONNX model: pieces and two masks, [n, length] each, to four outputs, [n, 4].

    Of a weight that several files hold, that of the last one counts.
    """
    from assistant.library.embedders.minilm_graph import build_reader, read_safetensors

    weights = read_safetensors(checked_weights())
    for file in stored:
        weights |= stored_weights(file)
    return build_reader(weights, "int8")


def stored_weights(file: Path) -> dict[str, Any]:
    """The trained weights by name: matrices as `Quantised` integers, vectors as float32."""
    from assistant.library.embedders.minilm_graph import Quantised

    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise UsageError(f"{file} holds no weights ({error}). Install the program again.") from error
    return {
        name: Quantised(array, arrays[name + SCALES_ENDING]) if name + SCALES_ENDING in arrays else array
        for name, array in arrays.items()
        if not name.endswith(SCALES_ENDING)
    }


def _checked_digest(file: Path) -> str:
    """The SHA-256 of the weights' file. Raises `UsageError` when it is missing or, where it ships, another one."""
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(f"The reader's weights cannot be read ({error}). Install the program again.") from error
    if digest != SHA256.get(file, digest):
        raise UsageError(f"{file} does not hold the reader that this program knows. Install the program again.")
    return digest


def _inputs(reads: Sequence[ReadPieces]) -> dict[str, Any]:
    """What the graph takes for pairs of equal length."""
    pieces = np.array([read.pieces for read in reads], np.int64)
    places = np.arange(pieces.shape[1])[None]
    begins = np.array([[read.left] for read in reads])
    left = (places >= 1) & (places < begins)  # with the first [SEP], as in training
    return {"pieces": pieces, "left": left.astype(np.float32), "right": (places >= begins).astype(np.float32)}


def _support(logits: FloatMatrix) -> Support:
    """Softmax over supported, refuted, unknown."""
    powers = np.exp(logits.astype(np.float64) - float(logits.max()))
    return Support(*(powers / powers.sum()).tolist())
