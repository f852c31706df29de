"""Faults of files: each is told in one line with its reason, and none ends the ingest."""

import gzip
import os
from pathlib import Path

import pytest

from assistant.articles import memory_needed, read_file
from assistant.records import Skipped
from tests.articles import articles, only_article, only_reason, write

NEWS = Path(__file__).resolve().parents[3].parent / "shared" / "data"


@pytest.mark.parametrize(
    "suffix", [".txt", ".text", ".md", ".html", ".json", ".jsonl", ".txt.gz", ".md.gz", ".json.gz"]
)
@pytest.mark.parametrize("content", [b"", b" \n\t\r\n"])
def test_empty_files(tmp_path: Path, suffix: str, content: bytes) -> None:
    data = gzip.compress(content) if suffix.endswith(".gz") else content
    assert "empty" in only_reason(write(tmp_path, "a" + suffix, data))


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".json", ".jsonl"])
@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0", b"%PDF-1.4\n\xe2\xe3", b"text\0text", bytes(range(256)) * 4]
)
def test_binary_files(tmp_path: Path, suffix: str, content: bytes) -> None:
    assert "not text" in only_reason(write(tmp_path, "a" + suffix, content))


def test_files_that_are_gone_or_no_files(tmp_path: Path) -> None:
    assert "is gone" in only_reason(tmp_path / "a.txt")
    (tmp_path / "folder.txt").mkdir()
    assert "not a regular file" in only_reason(tmp_path / "folder.txt")
    assert "unknown type .doc" in only_reason(write(tmp_path, "a.doc", "x"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    assert "not a regular file" in only_reason(tmp_path / "pipe.jsonl")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "Ships left.").chmod(0)
    assert "may not be read" in only_reason(tmp_path / "a.txt")


def test_a_text_that_is_too_long(tmp_path: Path) -> None:
    assert "is over 20 MB" in only_reason(write(tmp_path, "a.txt", "word " * 4_000_001))
    assert "is over 20 MB" in only_reason(write(tmp_path, "a.txt.gz", gzip.compress(b"word " * 4_000_001)))


@pytest.mark.parametrize(
    "name", ["a\nb.txt", "[red]\x1b[31m.txt", "-rf.txt", "a'b\"c.txt", "名前 \u202e.txt", "#row 1.txt", "a.b.TXT"]
)
def test_hostile_names_are_kept_as_they_are(tmp_path: Path, name: str) -> None:
    article = only_article(write(tmp_path, name, "Ships left."))
    assert article.source == (tmp_path / name).resolve().as_posix()
    assert len(article.id) == 10


def test_what_is_held_of_a_file_is_taken_as_large_as_it_is() -> None:
    """Text stays what it is; of a page little is kept, of a PDF a part."""
    size = 12_000_000
    held = {name: memory_needed(Path(name), size) for name in ("a.txt", "a.MD", "a.html", "a.eml", "a.pdf", "a.txt.gz")}
    assert held["a.txt"] == held["a.MD"] == size
    assert held["a.html"] == held["a.eml"] < 1_000_000 < held["a.pdf"] < size < held["a.txt.gz"]
    assert memory_needed(Path("a.html"), 5000) == 5000


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    (item,) = read_file(write(tmp_path, os.fsdecode(b"caf\xe9.txt"), "Ships left."))
    assert isinstance(item, Skipped)
    item.source.encode("utf-8")


@pytest.mark.skipif(not NEWS.is_dir(), reason="the measuring data is not here")
def test_real_files() -> None:
    (article,) = articles(NEWS / "seed" / "takaichi-2025-11-27.txt")
    assert str(article.published) == "2025-11-27"
    assert article.text.startswith("Takaichi sparked")
    read = articles(NEWS / "news2022" / "articles.jsonl.gz")
    assert len(read) == 4931
    assert all(article.published for article in read)
