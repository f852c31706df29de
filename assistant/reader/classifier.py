"""A reader from a folder: any classifier of pairs for natural language inference, as ONNX.

The folder holds `model.onnx`, `tokenizer.json` and `config.json`, as exporters of public models write them;
`docs/reader.md` says which models suit. The labels are read from `id2label` of `config.json`: "entailment",
"contradiction", "neutral" in any case, or two of which one is "entailment" or "supported". The premise is the
sentences, the hypothesis the statement.

Such a model does not tell whether a sentence answers a question: the reader that ships does that part.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import UsageError
from assistant.library.embedders.base import FloatMatrix
from assistant.library.embedders.running import encodable, open_model, open_tokenizer, spread, threads_for
from assistant.reader.protocol import Reader, Support, behind_titles
from assistant.records import Evidence

CALIBRATION = "calibration.json"  # in the same folder, made by `python -m research.reader.calibrate`
_FILES = ("model.onnx", "tokenizer.json", "config.json")
_MOST_PIECES = 512  # of both texts; the longer one loses its end
_SUPPORTED = ("entail", "support")
_REFUTED = ("contradict", "refute")


class ClassifierReader:
    """A sequence classifier in a folder."""

    def __init__(self, folder: Path, answering: Reader, *, threads: int | None = None) -> None:
        """`answering` tells whether sentences answer. Raises `UsageError` for a folder that lacks a file."""
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise UsageError(f"The reader's folder {folder} has no {' and no '.join(missing)}. See docs/reader.md.")
        self._folder = folder
        self._answering = answering
        self._threads = threads or threads_for()
        self._labels = _labels(folder / "config.json")

    @property
    def name(self) -> str:
        """The name of the folder, as in the setting."""
        return f"onnx:{self._folder.name}"

    def support(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Support]:
        """Read statements; see `Reader`."""
        premises = encodable([behind_titles(sentences) for _, sentences in pairs])
        statements = encodable([statement for statement, _ in pairs])
        encodings = self._tokenizer.encode_batch(list(zip(premises, statements, strict=True)))
        logits = np.zeros((len(pairs), len(self._labels)), np.float32)

        def read(group: Sequence[int]) -> None:
            logits[group] = self._run([encodings[i] for i in group])

        spread(read, [len(encoding.ids) for encoding in encodings], self._threads)
        return [self._divided(row) for row in logits]

    def answers(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """Read sentences as answers; see `Reader`."""
        return self._answering.answers(pairs)

    def rerank(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """Read sentences beside each other; see `Reader`."""
        return self._answering.rerank(pairs)

    def _run(self, encodings: Sequence[Any]) -> FloatMatrix:
        """One by one: a model of others may round otherwise in a batch, and a result must not depend on it."""
        rows = []
        for encoding in encodings:
            given = {
                "input_ids": encoding.ids,
                "attention_mask": encoding.attention_mask,
                "token_type_ids": encoding.type_ids,
            }
            wanted = {name: np.array([given[name]], np.int64) for name in self._inputs}
            rows.append(self._session.run(None, wanted)[0][0])
        found: FloatMatrix = np.array(rows, np.float32)
        return found

    def _divided(self, logits: FloatMatrix) -> Support:
        powers = np.exp(logits.astype(np.float64) - float(logits.max()))
        shares = dict.fromkeys(("supported", "refuted", "unknown"), 0.0)
        for label, share in zip(self._labels, (powers / powers.sum()).tolist(), strict=True):
            shares[label] += share
        return Support(**shares)

    @cached_property
    def _session(self) -> Any:
        return open_model(str(self._folder / "model.onnx"))

    @cached_property
    def _inputs(self) -> list[str]:
        """The inputs that the model has. Raises `UsageError` for one that no tokenizer gives."""
        names = [known.name for known in self._session.get_inputs()]
        if unknown := set(names) - {"input_ids", "attention_mask", "token_type_ids"}:
            file = self._folder / "model.onnx"
            raise UsageError(f"{file} wants an input {unknown.pop()!r}: it is no such classifier.")
        return names

    @cached_property
    def _tokenizer(self) -> Any:
        tokenizer = open_tokenizer(self._folder / "tokenizer.json")
        tokenizer.enable_truncation(_MOST_PIECES, strategy="longest_first")
        return tokenizer


def _labels(config: Path) -> list[str]:
    """What each output of the model says: "supported", "refuted" or "unknown"."""
    try:
        named: Mapping[str, str] = json.loads(config.read_text(encoding="utf-8"))["id2label"]
        words = [named[str(i)].lower() for i in range(len(named))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{config} names no labels (id2label): {error}. See docs/reader.md.") from error
    meant = [_meaning(word) for word in words]
    if "supported" not in meant or len(words) < 2:
        raise UsageError(f"No label of {config} means “entailment” or “supported”: {', '.join(words)}.")
    return meant


def _meaning(word: str) -> str:
    if word.startswith("not") or word.startswith("un"):
        return "unknown"
    if any(part in word for part in _SUPPORTED):
        return "supported"
    return "refuted" if any(part in word for part in _REFUTED) else "unknown"
