"""Which files of a folder are read: each once, in the same order everywhere, nothing outside, nothing hidden."""

import os
import socket
from pathlib import Path

import pytest

from assistant.articles import check_paths, find_files
from assistant.errors import UsageError
from assistant.records import Skipped
from tests.articles import only_reason


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text", encoding="utf-8")


def found(root: Path, *more: Path) -> list[str]:
    return [str(item.relative_to(root)) for item in find_files([root, *more]) if isinstance(item, Path)]


def skipped(*roots: Path) -> dict[str, str]:
    return {Path(item.source).name: item.reason for item in find_files(roots) if isinstance(item, Skipped)}


def test_known_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.md", "a/c/d.HTML", "a.json", "Z.jsonl.gz", "c.ndjson", "e.markdown")
    assert found(tmp_path) == ["Z.jsonl.gz", "a/c/d.HTML", "a/z.md", "a.json", "b.txt", "c.ndjson", "e.markdown"]


def test_hidden_files_are_passed_over_unless_named(tmp_path: Path) -> None:
    make(tmp_path, ".git/config.txt", ".hidden.txt", "a.txt")
    assert found(tmp_path) == ["a.txt"]
    assert found(tmp_path, tmp_path / ".hidden.txt") == ["a.txt", ".hidden.txt"]


def test_unknown_types_are_reported_with_the_known_ones(tmp_path: Path) -> None:
    make(tmp_path, "a.xlsx", "README", "archive.gz", "b.txt")
    reasons = skipped(tmp_path)
    assert set(reasons) == {"a.xlsx", "README", "archive.gz"}
    assert "unknown type .xlsx; known: .txt" in reasons["a.xlsx"]
    assert "no suffix" in reasons["README"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "sub/b.txt")
    assert found(tmp_path, tmp_path / "sub", tmp_path / "a.txt") == ["a.txt", "sub/b.txt"]


def test_links_stay_inside_the_folder(tmp_path: Path) -> None:
    make(tmp_path, "outside/secret.txt", "in/.store/kept.txt", "in/a.txt")
    inside = tmp_path / "in"
    (inside / "leaves.txt").symlink_to(tmp_path / "outside/secret.txt")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "loop").symlink_to(inside)
    (inside / "self.txt").symlink_to(inside / "self.txt")
    (inside / "kept.txt").symlink_to(inside / ".store/kept.txt")
    (inside / "same.txt").symlink_to(inside / "a.txt")
    assert found(inside) == ["a.txt", "kept.txt"]
    reasons = skipped(inside)
    assert set(reasons) == {"leaves.txt", "folder", "self.txt"}
    assert "leaves the folder" in reasons["leaves.txt"]
    assert "link to nothing" in reasons["self.txt"]


def test_deep_folders_are_walked(tmp_path: Path) -> None:
    deep = Path(*["d"] * 300)
    make(tmp_path, str(deep / "a.txt"))
    assert found(tmp_path) == [str(deep / "a.txt")]


def test_names_that_are_not_utf8_are_reported(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))).write_text("text", encoding="utf-8")
    items = list(find_files([tmp_path]))
    assert [isinstance(item, Skipped) and "not valid UTF-8" in item.reason for item in items] == [True]
    assert all(isinstance(item, Skipped) and item.source.encode("utf-8") for item in items)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_locked_folder_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "locked/a.txt", "b.txt")
    (tmp_path / "locked").chmod(0)
    assert skipped(tmp_path) == {"locked": "may not be read; give yourself the permission"}


def test_missing_paths_are_refused_up_front(tmp_path: Path) -> None:
    check_paths([tmp_path])
    for missing in (tmp_path / "no.txt", Path("x" * 5000), Path("zero\0byte")):
        with pytest.raises(UsageError, match="No such file or folder"):
            check_paths([missing])
        check_paths([tmp_path, missing])
        assert [type(found) for found in find_files([missing])] == [Skipped]


def test_a_socket_is_found_but_refused_when_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # socket names are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("pipe.txt")
        (path,) = find_files([tmp_path])
        assert isinstance(path, Path)
        assert only_reason(path) == "is not a regular file"
