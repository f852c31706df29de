"""Writes what was trained into the file that ships, in integers, and says how far integers are from floats.

    python -m research.reader.store RUN/best.pt
    python -m research.reader.store RERANKING/last.pt --beside RUN/best.pt --to assistant/reader/rerank.npz

With `--beside` only what differs from that checkpoint is written. Also prints the SHA-256 to put into
`assistant/reader/builtin.py`.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.library.embedders.minilm_files import model_folder
from assistant.library.embedders.minilm_graph import quantised, read_safetensors
from assistant.reader.builtin import SCALES_ENDING, WEIGHTS
from research.experiments.claims import say
from research.reader.network import WIDTH, checkpoint_names


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    parser.add_argument("--beside", type=Path, help="the checkpoint whose weights are stored already")
    options = parser.parse_args()
    trained = torch.load(options.checkpoint, weights_only=True)
    base = read_safetensors(model_folder() / "model.safetensors")
    if options.beside:
        base |= named_as_checkpoint(torch.load(options.beside, weights_only=True))
    arrays = stored_arrays(trained, base)
    np.savez_compressed(options.to, **arrays)
    digest = hashlib.sha256(options.to.read_bytes()).hexdigest()
    say(f"{options.to}: {options.to.stat().st_size / 1e6:.2f} MB, {len(arrays)} arrays, SHA-256 {digest}")


def stored_arrays(trained: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """The arrays of the file: what differs from the weights of `base`, matrices [in, out] in integers with scales."""
    arrays: dict[str, Any] = {}
    for name, value in named_as_checkpoint(trained).items():
        if name in base and np.array_equal(base[name], value):
            continue
        if value.ndim == 2 and name.startswith(("encoder", "head.dense")):
            integers, scales = quantised(value.T)
            arrays[name], arrays[name + SCALES_ENDING] = integers, scales
        else:
            arrays[name] = value.astype(np.float32)
    return arrays


def named_as_checkpoint(trained: dict[str, Any]) -> dict[str, Any]:
    """The trained arrays under the names of MiniLM's checkpoint, query, key and value apart."""
    found: dict[str, Any] = {}
    for name, weight in trained.items():
        value, names = weight.numpy(), checkpoint_names(name)
        parts = [value[i * WIDTH : (i + 1) * WIDTH] for i in range(3)] if len(names) == 3 else [value]
        found.update(zip(names, parts, strict=True))
    return found


if __name__ == "__main__":
    main()
