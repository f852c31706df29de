"""Imports go one way, and each outside library has one border."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# What lies in assistant/, lowest first: a module imports those of its own line and of the lines above it here.
# A folder or module that is not in this table fails.
LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "records library_reports errors places settings wording safe_text json_form yaml_form",
        "english",
        "articles",
        "fetching",
        "library",
        "reader",
        "retrieval",
        "checks",
        "llm",
        "answering",
        "drafts",
        "sessions",
        "permalinks",
        "export",
        "upkeep",
        "app",
        "cli serve",
    )
)

# Words of one engine, model or dialect, and the modules that may use them in code. Comments and docstrings are free.
OWN_WORDS: dict[str, tuple[str, ...]] = {
    "chroma": (
        *("assistant/library/vectors.py", "assistant/library/chroma_server.py"),
        *("assistant/library/library.py", "assistant/library/indexes.py", "assistant/library/server_index.py"),
        *("assistant/settings.py", "assistant/app.py"),  # a user names the server in a setting
        *("assistant/cli/archive.py", "assistant/cli/reports.py"),  # and in a flag
    ),
    "hnsw": ("assistant/library/vectors.py", "assistant/library/chroma_server.py"),
    "tantivy": ("assistant/library/lexical.py",),
    "sqlite": (
        *("assistant/library/sqlite_catalog.py", "assistant/library/database.py", "assistant/library/schema.py"),
        "assistant/library/homes.py",  # opens the catalog
        "assistant/library/vectors.py",  # Chroma keeps its ids in such a file
        "assistant/library/backups.py",  # a backup is such a file, whatever holds the catalog
    ),
    "pragma": tuple(f"assistant/library/{name}.py" for name in ("sqlite_catalog", "database", "backups")),
    "postgres": tuple(
        f"assistant/{name}.py"
        for name in (
            "places",
            "settings",
            "library/homes",
            "library/postgres_catalog",
            "library/postgres_connection",
            "library/schema",
        )
    ),
    "minilm": (
        "assistant/library/embedders/",
        "assistant/settings.py",  # a user names the embedder in a setting
        "assistant/reader/builtin.py",  # made on its weights
    ),
}

EVALUATION = "assistant/cli/evaluation.py"  # the only module that imports `eval`, within a function
FORBIDDEN = {"assistant": {"research", "tests"}, "eval": {"research", "tests"}, "research": {"tests"}}
BORDERS = {
    "openai": {"assistant/llm/connection.py"},
    "chromadb": {"assistant/library/vectors.py", "assistant/library/chroma_server.py"},
    "tantivy": {"assistant/library/lexical.py"},
    "psycopg": {"assistant/library/postgres_connection.py"},
    "ray": {"assistant/library/ray_workers.py"},
    "tiktoken": {"assistant/llm/tokens.py"},
    "onnx": {"assistant/library/embedders/minilm_graph.py"},
    "onnxruntime": {"assistant/library/embedders/running.py"},
    "rensa": {"assistant/articles/near_duplicates.py"},
    "trafilatura": {"assistant/articles/formats/html.py"},
    "pypdf": {"assistant/articles/formats/pdf_worker.py"},
    "py3langid": {"assistant/articles/language.py"},
    "lxml": {
        "assistant/articles/formats/markup.py",
        "assistant/articles/formats/feed_xml.py",
        "assistant/articles/formats/docx.py",
        "assistant/fetching/news.py",
    },
    "charset_normalizer": {"assistant/articles/charsets.py"},
    "yaml": {"assistant/yaml_form.py", "assistant/articles/formats/markdown.py"},
    "filelock": {"assistant/library/disk.py", "assistant/sessions/store.py", "assistant/fetching/follows.py"},
    "jinja2": {"assistant/export/pages.py"},
    "markupsafe": {"assistant/export/pages.py"},
    "nupunkt": {"assistant/english/sentences.py"},
    "starlette": {"assistant/serve/web.py"},
    "uvicorn": {"assistant/serve/listening.py"},
    "mcp": {"assistant/serve/mcp_server.py"},
    "mcp_types": {"assistant/serve/mcp_server.py"},
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
            yield from (f"assistant.{alias.name}" for alias in node.names if node.module == "assistant")


def layer(module: str) -> int:
    """Return the place of a module's layer in LAYERS. Raises `KeyError` for a folder or module that is not there."""
    name = module.split(".")[1]
    found = [place for place, names in enumerate(LAYERS) if name in names]
    if not found:
        raise KeyError(f"assistant/{name} has no place in LAYERS")
    return found[0]


def own_name(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")


@pytest.mark.parametrize("path", list(modules("assistant")), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_its_own_layer_and_those_below(path: Path) -> None:
    own = own_name(path)
    if own in {"assistant", "assistant.__main__"}:
        return
    imported = {m for m in imports(path) if m.startswith("assistant.") and m != "assistant.__version__"}
    above = {m for m in imported if layer(m) > layer(own)}
    assert not above, f"{own} imports from above: {above}"


def test_everything_in_the_package_has_a_layer() -> None:
    for path in (ROOT / "assistant").iterdir():
        if path.is_dir() and any(path.rglob("*.py")):
            layer(f"assistant.{path.name}")
    with pytest.raises(KeyError, match="no place"):
        layer("assistant.anything_new.inside")


@pytest.mark.parametrize("package", FORBIDDEN)
def test_the_program_does_not_import_what_is_not_shipped(package: str) -> None:
    for path in modules(package):
        tops = {module.split(".")[0] for module in imports(path)}
        assert not tops & FORBIDDEN[package], f"{path.relative_to(ROOT)} imports {tops & FORBIDDEN[package]}"


def test_the_evaluation_is_imported_late_and_in_one_place() -> None:
    importing = [p for p in modules("assistant") if "eval" in {module.split(".")[0] for module in imports(p)}]
    assert [p.relative_to(ROOT).as_posix() for p in importing] == [EVALUATION]
    script = "import sys, assistant.cli.main; print('eval' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "False"


def test_only_the_border_module_imports_an_outside_library() -> None:
    for path in modules("assistant"):
        name = path.relative_to(ROOT).as_posix()
        for module in imports(path):
            top = module.split(".")[0]
            if top in BORDERS:
                assert name in BORDERS[top], f"{name} imports {top}"
            if top in UI_LIBRARIES:
                assert name.startswith("assistant/cli/"), f"{name} imports {top}"


def test_slow_libraries_are_imported_only_when_first_used() -> None:
    slow = ["chromadb", "openai", "onnxruntime", "onnx", "tokenizers", "trafilatura", "sqlalchemy", "numpy"]
    slow += ["starlette", "uvicorn", "mcp", "assistant.serve"]
    script = f"import sys, assistant.cli.main; print([m for m in {slow!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_the_tools_of_the_archive_are_listed_without_the_archive() -> None:
    slow = ["assistant.app", "assistant.library", "sqlalchemy", "numpy", "jinja2"]
    script = f"import sys, assistant.serve.mcp_server; print([m for m in {slow!r} if m in sys.modules])"
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


def words_in_code(path: Path) -> Iterator[str]:
    """Yield every name and every piece of text in a module, lower-cased; comments and docstrings are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if id(node) not in docstrings:
            yield from (v.lower() for _, v in ast.iter_fields(node) if isinstance(v, str))


def test_only_its_own_module_names_an_index_an_embedder_or_a_dialect() -> None:
    found = set()
    for path in modules("assistant"):
        name, used = path.relative_to(ROOT).as_posix(), set(words_in_code(path))
        foreign = (word for word, own in OWN_WORDS.items() if not name.startswith(own))
        found |= {(word, name) for word in foreign if any(word in text for text in used)}
    assert found == set(), "these words belong to other modules"


def test_a_word_in_a_comment_or_docstring_is_free(tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text('"""Chroma."""\n# tantivy\ndef minilm_name(sqlite=1):\n    return f"{sqlite} hnsw"\n')
    used = " ".join(words_in_code(file))
    assert "chroma" not in used
    assert "tantivy" not in used
    assert all(word in used for word in ("minilm", "sqlite", "hnsw"))


def test_the_evaluation_knows_nothing_of_the_command_line_but_its_commands_print_as_others_do() -> None:
    shared = {f"assistant.cli.{name}" for name in ("edge", "options", "terminal")}
    commands = ("eval/cli.py", "eval/__main__.py", "eval/options.py", "eval/commands/")
    for path in modules("eval"):
        name = path.relative_to(ROOT).as_posix()
        found = {module for module in imports(path) if module.startswith("assistant.cli")}
        assert found <= (shared if name.startswith(commands) else set()), f"{name} imports {found}"
