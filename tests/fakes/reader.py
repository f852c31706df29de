"""A reader that counts words, and classifiers in folders made on the spot."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

from assistant.english.words import content_words
from assistant.library.embedders.minilm_files import model_folder
from assistant.reader.protocol import Support
from assistant.records import Evidence


class WordsReader:
    """Believes what shares words: 1 when the sentences hold all content words of a statement, 0 for none."""

    name = "words"

    def __init__(self, refuting: str = "") -> None:
        """A statement with the word `refuting` is refuted."""
        self.refuting = refuting
        self.read: list[str] = []  # the statements, in the order in which they were read

    def support(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Support]:
        self.read += [statement for statement, _ in pairs]
        return [self._support(statement, " ".join(e.text for e in sentences)) for statement, sentences in pairs]

    def answers(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        return [10 * _share(question, f"{e.before} {e.text}") - 5 for question, e in pairs]

    def _support(self, statement: str, sentences: str) -> Support:
        if self.refuting and self.refuting in statement:
            return Support(0.02, 0.95, 0.03)
        share = _share(statement, sentences)
        return Support(share, 0.0, 1 - share)


def _share(text: str, sentences: str) -> float:
    words = {token.stem for token in content_words(text)}
    return len(words & {token.stem for token in content_words(sentences)}) / max(1, len(words))


def classifier_folder(folder: Path, labels: Sequence[str], *, inputs: Sequence[str] = ("input_ids",)) -> Path:
    """A classifier in the form that exporters write: logit k is the mean of the pieces' numbers, times k."""
    folder.mkdir(parents=True)
    shutil.copy(model_folder() / "tokenizer.json", folder)
    named = {str(i): label for i, label in enumerate(labels)}
    (folder / "config.json").write_text(json.dumps({"id2label": named}), encoding="utf-8")
    rows = (np.arange(30522, dtype=np.float32)[:, None] % 97) / 97 * np.arange(len(labels), dtype=np.float32)
    nodes = [
        helper.make_node("Gather", ["rows", inputs[0]], ["found"]),
        helper.make_node("ReduceMean", ["found", "along"], ["logits"], keepdims=0),
    ]
    constants = [numpy_helper.from_array(rows, "rows"), numpy_helper.from_array(np.array([1]), "along")]
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"]) for name in inputs]
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(labels)])
    graph = helper.make_graph(nodes, "classifier", given, [logits], constants)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), folder / "model.onnx")
    return folder
