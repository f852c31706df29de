"""Imports go one way, and each outside library has one border."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = (
    "base",
    "english",
    "articles",
    "fetching",
    "library",
    "retrieval",
    "checks",
    "llm",
    "answering",
    "sessions",
    "permalinks",
    "export",
    "app",
    "console",
    "cli",
)
BORDERS = {
    "openai": {"assistant/llm/connection.py"},
    "chromadb": {"assistant/library/vectors.py"},
    "tantivy": {"assistant/library/lexical.py"},
    "tiktoken": {"assistant/llm/tokens.py"},
    "onnx": {"assistant/library/embedders/minilm_graph.py"},
    "onnxruntime": {"assistant/library/embedders/minilm.py"},
    "rensa": {"assistant/articles/near_duplicates.py"},
    "trafilatura": {"assistant/articles/formats/html.py"},
    "pypdf": {"assistant/articles/formats/pdf_worker.py"},
    "py3langid": {"assistant/articles/language.py"},
    "lxml": {
        "assistant/articles/formats/markup.py",
        "assistant/articles/formats/feed.py",
        "assistant/fetching/feeds.py",
    },
    "filelock": {"assistant/library/lock.py", "assistant/sessions/writing.py", "assistant/fetching/follows.py"},
    "jinja2": {"assistant/export/pages.py"},
    "markupsafe": {"assistant/export/pages.py"},
    "nupunkt": {"assistant/english/boundaries.py", "assistant/english/sentences.py"},
}
UI_LIBRARIES = {"rich", "prompt_toolkit", "typer"}
STANDARD_ONLY = ("assistant/records.py", "assistant/errors.py")


def modules(folder: str) -> Iterator[Path]:
    yield from sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports when it runs, wherever in the file; imports for types alone are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def layer(module: str) -> int:
    parts = module.split(".")
    name = parts[1] if len(parts) > 1 else "base"
    return LAYERS.index(name) if name in LAYERS else 0


@pytest.mark.parametrize("path", list(modules("assistant")), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_its_own_layer_and_those_below(path: Path) -> None:
    own = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    if own in {"assistant.__init__", "assistant.__main__"}:
        return
    above = [m for m in imports(path) if m.startswith("assistant") and layer(m) > layer(own)]
    assert not above, f"{own} imports from above: {above}"


def test_only_the_border_module_imports_an_outside_library() -> None:
    for path in modules("assistant"):
        name = path.relative_to(ROOT).as_posix()
        for module in imports(path):
            top = module.split(".")[0]
            if top in BORDERS:
                assert name in BORDERS[top], f"{name} imports {top}"
            if top in UI_LIBRARIES:
                assert name.startswith(("assistant/cli/", "assistant/console/")), f"{name} imports {top}"


def test_slow_libraries_are_imported_only_when_first_used() -> None:
    slow = ["chromadb", "openai", "onnxruntime", "onnx", "tokenizers", "trafilatura", "sqlalchemy", "numpy"]
    script = f"import sys, assistant.cli.main; print([m for m in {slow!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_joining_the_parts_imports_no_model_and_no_index() -> None:
    slow = ["chromadb", "openai", "onnxruntime", "onnx", "tokenizers", "trafilatura"]
    script = f"import sys, assistant.app; print([m for m in {slow!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


@pytest.mark.parametrize("name", STANDARD_ONLY)
def test_records_and_errors_need_only_the_standard_library(name: str) -> None:
    tops = {module.split(".")[0] for module in imports(ROOT / name)}
    assert tops <= set(sys.stdlib_module_names), tops


def test_only_settings_reads_the_environment() -> None:
    for path in modules("assistant"):
        if path.name == "settings.py" or "cli" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        assert "os.environ" not in text and "getenv" not in text, path.relative_to(ROOT)


def test_nothing_above_the_library_knows_which_index_is_in_use() -> None:
    for folder in ("retrieval", "answering", "cli"):
        for path in modules(f"assistant/{folder}"):
            text = path.read_text(encoding="utf-8").lower()
            code = "\n".join(line.split("#")[0] for line in text.splitlines())
            assert "chroma" not in code and "sqlalchemy" not in code, path.relative_to(ROOT)


def test_the_evaluation_knows_nothing_of_the_command_line() -> None:
    for path in modules("eval"):
        assert not [m for m in imports(path) if m.startswith("assistant.cli")], path.relative_to(ROOT)
