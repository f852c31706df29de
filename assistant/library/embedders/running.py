"""Running a model on onnxruntime so that nothing about a text's neighbours can reach its result.

Texts are grouped by their exact number of word pieces, so that no batch is padded, and groups of some 256 pieces go to
as many threads as there are cores, each running the model on one core. Two such threads embedded 1.4 times as much as
one run spread over two cores (passages of 128 pieces, int8), and one question is faster on one core too.

A passage of 128 pieces takes 1.43 billion multiply-adds. A core with AVX2 at 2.45 GHz, which can do some 78 billion a
second in integers, did 61 (23.5 ms of the processor). No other option of the session gained over 3 %, which is within
the noise: other levels of optimisation, no arena, no memory pattern, no prepacking, denormals as zero. An approximated
GELU was no faster either, and its cosines to the exact one fell to .996.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.library.embedders.base import usable_cores
from assistant.settings import disable_telemetry

if TYPE_CHECKING:
    from tokenizers import Tokenizer

RUN_PIECES = 256  # word pieces of one run of the model, when texts are shorter: more no longer makes it faster
_MAX_THREADS = 8  # each keeps its own working memory, some 10 MB


def threads_for() -> int:
    """The number of threads by default: as many as there are cores, at most 8."""
    return min(usable_cores(), _MAX_THREADS)


def open_model(model: bytes | str) -> Any:
    """A session of onnxruntime for a model, its ONNX bytes or the path of its file; it runs on one core."""
    disable_telemetry()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The graph is written the way it runs fastest; onnxruntime's own rewriting would undo a part of that.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def open_tokenizer(file: Path) -> Tokenizer:
    """The tokenizer in a file, which neither pads nor cuts."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # an article that says "[SEP]" means these five letters
    return tokenizer


def encodable(texts: Sequence[str]) -> list[str]:
    """Halves of surrogate pairs cannot be encoded: each becomes a question mark, which keeps all offsets."""
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def spread(work: Callable[[Sequence[int]], None], lengths: Sequence[int], threads: int) -> None:
    """Do `work` on every group, on all threads; the longest texts first, so that none is left over at the end."""
    groups = _groups(lengths)
    if len(groups) <= 1 or threads == 1:
        for group in groups:
            work(group)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, groups):
            pass


def _groups(lengths: Sequence[int]) -> list[list[int]]:
    """Places of texts of equal length, about `RUN_PIECES` word pieces together, longest first."""
    groups = []
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    for length, same in groupby(order, key=lambda i: lengths[i]):
        places = list(same)
        size = max(1, RUN_PIECES // length)
        groups += [places[at : at + size] for at in range(0, len(places), size)]
    return groups
