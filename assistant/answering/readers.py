"""The reader that the settings name, with its calibration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.model_reader import ModelReader
from assistant.checks.reading import CalibratedReader, calibration_of
from assistant.errors import UsageError
from assistant.llm.chat import ChatModel
from assistant.reader.builtin import WEIGHTS, BuiltinReader
from assistant.reader.classifier import CALIBRATION, ClassifierReader
from assistant.reader.protocol import Reader
from assistant.settings import Settings

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
    if not WEIGHTS.is_file():
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
