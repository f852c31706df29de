"""The reader that the settings name, with its calibration; and the one that is the configured language model.

`ModelReader` makes one call for many statements, each with nothing but its sentences. The reply must be in a small
grammar, one line a statement (`S2: no`). A statement on which the reply does not keep the form is unknown: a model that
leaves the form has left its task too. What was read once is kept, so that looking at an answer again costs no call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.prompt import load_prompt
from assistant.checks.reading import CalibratedReader, calibration_of
from assistant.errors import ModelError, UsageError
from assistant.llm.chat import ChatModel, Message
from assistant.reader.builtin import SHA256, BuiltinReader
from assistant.reader.classifier import CALIBRATION, ClassifierReader
from assistant.reader.protocol import Reader, Support, behind_titles
from assistant.records import Evidence
from assistant.safe_text import as_data
from assistant.settings import Settings

_TOKENS = 12  # of the reply, for each statement
_AT_ONCE = 20  # statements in one call
_KEPT = 1_000  # pairs that are remembered
_LENGTH = 4_000  # characters of a statement, and of its sentences, that reach the prompt
_LINE = re.compile(r"\s*S(?P<number>\d{1,3})\s?[:.]\s*(?P<word>yes|no|unknown)\b.*", re.IGNORECASE)
_SAID = {"yes": Support(0.9, 0.03, 0.07), "no": Support(0.05, 0.8, 0.15), "unknown": Support(0.1, 0.2, 0.7)}
_UNKNOWN = Support(0.0, 0.0, 1.0)

_Pair = tuple[str, str]


class ModelReader:
    """A language model that reads statements beside their sentences."""

    def __init__(self, model: ChatModel, name: str, answering: Reader) -> None:
        """`answering` tells whether sentences answer, which would take a call for every sentence here."""
        self.name = f"model:{name}"
        self._model = model
        self._answering = answering
        self._prompt = load_prompt("read")
        self._kept: dict[_Pair, Support] = {}

    def support(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Support]:
        """Read statements; see `Reader`. A model that fails knows nothing: all of them are unknown."""
        asked = [(statement, behind_titles(sentences)) for statement, sentences in pairs]
        new = [pair for pair in dict.fromkeys(asked) if pair not in self._kept]
        if len(self._kept) + len(new) > _KEPT:
            self._kept.clear()
            new = list(dict.fromkeys(asked))
        for at in range(0, len(new), _AT_ONCE):
            self._ask(new[at : at + _AT_ONCE])
        return [self._kept.get(pair, _UNKNOWN) for pair in asked]

    def answers(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """Read sentences as answers; see `Reader`."""
        return self._answering.answers(pairs)

    def rerank(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """Read sentences beside each other; see `Reader`."""
        return self._answering.rerank(pairs)

    def _ask(self, pairs: Sequence[_Pair]) -> None:
        """Ask about these pairs and keep what the model says of each; after a failure nothing is kept."""
        try:
            reply = self._model.complete(self._messages(pairs), max_tokens=_TOKENS * len(pairs) + _TOKENS)
        except ModelError:
            return
        said = parse_reading(reply.text, len(pairs))
        self._kept.update(zip(pairs, said, strict=True))

    def _messages(self, pairs: Sequence[_Pair]) -> list[Message]:
        blocks = [
            f"S{number}: {as_data(statement, _LENGTH)}\nSentences: {as_data(sentences, _LENGTH)}"
            for number, (statement, sentences) in enumerate(pairs, start=1)
        ]
        return self._prompt.render(statements="\n\n".join(blocks))


def parse_reading(text: str, count: int) -> list[Support]:
    """What a reply says of statements 1 to `count`; unknown where it says nothing, or two things."""
    given: dict[int, list[str]] = {}
    for line in text.splitlines():
        if found := _LINE.fullmatch(line):
            given.setdefault(int(found["number"]), []).append(found["word"].lower())
    return [_SAID[given[n][0]] if len(given.get(n, ())) == 1 else _UNKNOWN for n in range(1, count + 1)]


ONNX = "onnx:"  # begins a setting that names a folder
_MISSING = "The reader's weights are missing, so statements are checked by rules alone. Install the program again."
_NO_MODEL = "reader is “model”, and no language model is configured. Set base_url or api_key, or: reader builtin"


@dataclass(frozen=True, slots=True)
class OpenReader:
    """What reads, and what there is to say about it."""

    reading: CalibratedReader | None  # None: rules alone
    notice: str = ""  # for the user, once

    @property
    def described(self) -> str:
        """The reader in a few words, as `status` and `doctor` tell it."""
        if self.reading is None:
            return "off" if not self.notice else "missing; rules alone"
        advice = "" if self.reading.calibration else ", not calibrated: it advises and decides nothing"
        return self.reading.reader.name + advice


def open_reader(settings: Settings, model: Callable[[], ChatModel]) -> OpenReader:
    """Return the reader that the settings name; nothing is loaded yet. `model` is asked for when it is to read.

    Raises `UsageError` for a folder that holds no reader, and for “model” when none is configured.
    """
    if settings.reader == "off":
        return OpenReader(None)
    if not all(file.is_file() for file in SHA256):
        return OpenReader(None, _MISSING)
    builtin = BuiltinReader(settings.cache)
    if settings.reader.startswith(ONNX):
        folder = Path(settings.reader.removeprefix(ONNX)).expanduser()
        return _calibrated(ClassifierReader(folder, builtin), folder / CALIBRATION)
    if settings.reader == "model":
        if not settings.model_configured:
            raise UsageError(_NO_MODEL)
        return _calibrated(ModelReader(model(), settings.model, builtin))
    return _calibrated(builtin)


def _calibrated(reader: Reader, beside: Path | None = None) -> OpenReader:
    return OpenReader(CalibratedReader(reader=reader, calibration=calibration_of(reader.name, beside)))
