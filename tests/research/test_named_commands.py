"""Every `python -m …` of ours that a document, the Makefile or a module names can be run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_NAMED = re.compile(r"python -m ((?:assistant|eval|research|tests)(?:\.\w+)*)")


def named() -> Iterator[tuple[str, str]]:
    """The module and where it is named, once for each file."""
    texts = [ROOT / "Makefile", *ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("research/**/*.md")]
    code = [path for folder in ("assistant", "eval", "research", "tests") for path in (ROOT / folder).rglob("*.py")]
    for path in (*texts, *code):
        for module in sorted(set(_NAMED.findall(path.read_text(encoding="utf-8")))):
            yield module, path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", sorted({module for module, _ in named()}))
def test_a_named_command_is_there(module: str) -> None:
    path = ROOT.joinpath(*module.split("."))
    places = [where for name, where in named() if name == module]
    file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__main__.py"
    assert file.exists(), f"{module} is named in {places}"
    assert '__name__ == "__main__"' in file.read_text(encoding="utf-8")
