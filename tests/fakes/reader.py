"""A reader that counts words, and classifiers in folders made on the spot."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, load_model_from_string, numpy_helper, save
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing

from assistant.english.words import content_words
from assistant.library.embedders.minilm_files import model_folder
from assistant.reader.builtin import WEIGHTS, exported
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

    def rerank(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        return self.answers(pairs)

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


def exported_builtin(folder: Path) -> Path:
    """The reader that ships in the form that exporters write: statement in front, sides told by the types of pieces."""
    folder.mkdir(parents=True)
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    marks = [("[CLS]", tokenizer.token_to_id("[CLS]")), ("[SEP]", tokenizer.token_to_id("[SEP]"))]
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS]:0 $B:0 [SEP]:0 $A:1 [SEP]:1", special_tokens=marks
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    labels = {str(i): label for i, label in enumerate(("supported", "refuted", "unknown"))}
    (folder / "config.json").write_text(json.dumps({"id2label": labels}), encoding="utf-8")
    model = load_model_from_string(exported(WEIGHTS))
    graph, (found,) = model.graph, model.graph.output
    sides = [
        helper.make_node("Identity", ["input_ids"], ["pieces"]),
        helper.make_node("Cast", ["token_type_ids"], ["right"], to=TensorProto.FLOAT),
        helper.make_node("Equal", ["input_ids", "cls"], ["is_cls"]),
        helper.make_node("Cast", ["is_cls"], ["first"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["right", "first"], ["not_left"]),
        helper.make_node("Sub", ["one", "not_left"], ["left"]),
    ]
    last = helper.make_node("Gather", [found.name, "three"], ["three_logits"], axis=1)
    named = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"])
        for name in ("input_ids", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("three_logits", TensorProto.FLOAT, ["n", 3])
    constants = {"cls": np.array(marks[0][1]), "one": np.array(1, np.float32), "three": np.arange(3)}
    made = helper.make_graph(
        [*sides, *graph.node, last],
        "exported",
        named,
        [output],
        [*graph.initializer, *(numpy_helper.from_array(value, name) for name, value in constants.items())],
    )
    save(helper.make_model(made, opset_imports=model.opset_import, ir_version=model.ir_version), folder / "model.onnx")
    return folder
