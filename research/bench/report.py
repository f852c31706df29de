"""What all benchmarks share: the machine they ran on, their results as files, their tables."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

RESULTS = Path(__file__).resolve().parents[1] / "results"
_PACKAGES = ("chromadb", "tantivy", "onnxruntime", "tokenizers", "sqlalchemy", "numpy")


class Spread(NamedTuple):
    """Middle and slow end of repeated measurements."""

    median: float
    p95: float  # 95 of 100 were no higher


def spread(values: Sequence[float]) -> Spread:
    """Median and 95th percentile; of a single value, that value twice."""
    if len(values) == 1:
        return Spread(values[0], values[0])
    return Spread(statistics.median(values), statistics.quantiles(values, n=20, method="inclusive")[-1])


def machine() -> dict[str, Any]:
    """What a reader needs to know to compare figures: no names of hosts, users or folders."""
    import assistant

    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "assistant": assistant.__version__,
        "packages": {name: version(name) for name in _PACKAGES},
        "load": round(os.getloadavg()[0], 1),  # processes that wanted a core, mean of the last minute
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # no Linux
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def save(name: str, command: str, facts: Mapping[str, Any], figures: Mapping[str, Any]) -> Path:
    """Write `bench-NAME.json`; `facts` are those of `machine`, taken before the measuring, which is a load itself."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"bench-{name}.json"
    content = {"benchmark": name, "command": command, "machine": facts, "figures": figures}
    path.write_text(json.dumps(rounded(content), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def rounded(value: Any) -> Any:
    """The same with four significant digits in every fraction; more would only pretend."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, Spread):
        return rounded(value._asdict())
    if isinstance(value, Mapping):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(inner) for inner in value]
    return value


def load(name: str) -> dict[str, Any] | None:
    """The results of a benchmark, None when it was never run."""
    path = RESULTS / f"bench-{name}.json"
    if not path.exists():
        return None
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lines of text: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = []
    for row in (header, *rows):
        first, *others = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join((first, *(cell.strip().rjust(len(cell)) for cell in others))).rstrip())
    return "\n".join(lines) + "\n"


def disk(path: Path) -> int:
    """Bytes of a file or of all files in a folder; 0 when there is none."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
