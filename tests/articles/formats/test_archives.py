"""ZIP and TAR archives: every member under its own name, and nothing that leads out of them."""

import io
import json
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from assistant.articles import raw_document, read_file
from assistant.records import Article, Skipped
from tests.articles import articles, only_reason, write
from tests.samples import PARAGRAPHS, page, tarred, warc, zipped

MEMBERS = {
    "news/a.txt": b"Date: 2025-11-27\n\nShips left.",
    "b.html": page(),
    "rows.jsonl": json.dumps({"text": "Trains came."}).encode(),
    ".hidden.txt": b"Hidden.",
    "__MACOSX/a.txt": b"Metadata.",
    "ship.png": b"\x89PNG",
    "style.css": b"p{}",
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(MEMBERS)),
        ("a.tar", tarred(MEMBERS)),
        ("a.tar.gz", tarred(MEMBERS, packed=True)),
        ("a.tgz", tarred(MEMBERS, packed=True)),
    ],
)
def test_members_are_read_as_what_they_are(tmp_path: Path, name: str, content: bytes) -> None:
    path = write(tmp_path, name, content)
    items = list(read_file(path))
    place = path.resolve().as_posix()
    one, two, three = [item for item in items if isinstance(item, Article)]
    assert (one.source, one.text) == (f"{place}#news/a.txt", "Ships left.")
    assert two.source == f"{place}#b.html" and PARAGRAPHS[0] in two.text
    assert three.source.startswith(f"{place}#rows.jsonl#")
    (left_out,) = [item for item in items if isinstance(item, Skipped)]
    assert left_out.reason == "holds 2 files of unknown types: .png 1, .css 1"


def test_archives_within_archives_to_a_depth(tmp_path: Path) -> None:
    inner = tarred({"a.txt": b"Ships left.", "w.warc.gz": warc(["https://h.example/1"])}, packed=True)
    found = articles(write(tmp_path, "a.zip", zipped({"in/b.tgz": inner})))
    assert [article.source.rpartition("/")[2] for article in found] == ["b.tgz#a.txt", "1"]
    deep = b"Ships left."
    for name in ("a.txt", "1.zip", "2.zip", "3.zip"):
        deep = zipped({name: deep})
    assert "3 archives, one within the other" in only_reason(write(tmp_path, "deep.zip", deep))


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd.txt", "a/../../up.txt", "C:\\x.txt", "..\\up.txt"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    for archive, content in (("a.zip", zipped({name: b"x"})), ("a.tar", tarred({name: b"x"}))):
        assert "leads out" in only_reason(write(tmp_path, archive, content))


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (("s.txt", tarfile.SYMTYPE), ("h.txt", tarfile.LNKTYPE), ("d.txt", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    items = list(read_file(write(tmp_path, "a.tar", out.getvalue())))
    assert [isinstance(item, Skipped) and "not a plain file" in item.reason for item in items] == [True] * 3
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zip_archive:
        link = zipfile.ZipInfo("s.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zip_archive.writestr(link, "/etc/passwd")
    assert "is a link" in only_reason(write(tmp_path, "a.zip", out.getvalue()))


def test_a_locked_member_costs_itself_only(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.txt": b"Secret.", "b.txt": b"Ships left."}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark)
        content[at + offset] |= 1
    skipped, article = read_file(write(tmp_path, "a.zip", bytes(content)))
    assert isinstance(skipped, Skipped) and "password" in skipped.reason
    assert isinstance(article, Article)


def test_a_damaged_member_costs_itself_only(tmp_path: Path) -> None:
    content = zipped({"a.txt": b"Ships left." * 100, "b.txt": b"Trains came."})
    at = content.index(b"a.txt") + 10
    skipped, article = read_file(write(tmp_path, "a.zip", content[:at] + b"\xff" * 4 + content[at + 4 :]))
    assert isinstance(skipped, Skipped) and "damaged in the archive" in skipped.reason
    assert isinstance(article, Article)


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
@pytest.mark.parametrize("content", [b"", b"plain text" * 100, zipped(MEMBERS)[:200], tarred(MEMBERS)[:600]])
def test_damaged_archives_are_told(tmp_path: Path, name: str, content: bytes) -> None:
    *_, last = read_file(write(tmp_path, name, content))
    assert isinstance(last, Skipped)


def test_what_all_members_unpack_to_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_document, "UNPACKED_FREELY", 1_000_000)
    spaces = b"Ships left." + b" " * 700_000
    bomb = {f"{n}.txt": spaces for n in range(4)}
    for name, content in (
        ("a.zip", zipped(bomb)),
        ("a.tgz", tarred(bomb, packed=True)),
        ("nested.zip", zipped({f"{n}.zip": zipped({"a.txt": spaces}) for n in range(4)})),
    ):
        *taken, last = read_file(write(tmp_path, name, content))
        assert isinstance(last, Skipped) and "200 times its size" in last.reason
        assert last.source == (tmp_path / name).resolve().as_posix()
        assert len(taken) < 4


def test_a_tar_header_of_gigabytes_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@PaxHeader")
    info.type, info.size = tarfile.XHDTYPE, 5_000_000_000
    content = info.tobuf(tarfile.GNU_FORMAT) + b"0" * 10_000
    assert "archive" in only_reason(write(tmp_path, "a.tar", content))


def test_a_zip_that_lists_millions_of_members_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.txt": b"x"}))
    at = content.index(b"PK\x05\x06")
    content[at + 12 : at + 16] = (200_000_000).to_bytes(4, "little")
    assert "more members" in only_reason(write(tmp_path, "a.zip", bytes(content)))
