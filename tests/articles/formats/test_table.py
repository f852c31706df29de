"""The table of formats is complete, and a row of it is all that a new format needs."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from assistant.articles import find_files, formats, holds_one_article, memory_needed, read_file, read_stream
from assistant.articles.build import RawArticle
from assistant.articles.formats import FORMATS, PLAIN, FileFormat, format_by_bytes
from assistant.fetching.fetch import Fetched, read_fetched
from assistant.records import Article
from tests.articles import write
from tests.samples import docx, docx_paragraph, mail, opml, page, pdf, response, rss, tarred, warc, warc_record, zipped

MADE_UP = FileFormat(
    reader="made_up.read_made_up",
    suffixes=(".mup",),
    content_types=("application/x-made-up",),
    magic=b"MADEUP\0",
    in_crawls=True,
)
DATA = b"MADEUP\0Harbour\0Ships left the port."
TEXT = "Ships left the port."


def read_made_up(data: bytes) -> RawArticle:
    _, title, text = data.decode().split("\0")
    return RawArticle(text=text, title=title)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileFormat]:
    """A format that the program does not know, put in as a module and a row of the table."""
    module = ModuleType("made_up")
    module.read_made_up = read_made_up  # type: ignore[attr-defined]  # as if it were written there
    monkeypatch.setitem(sys.modules, "assistant.articles.formats.made_up", module)
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, MADE_UP))
    yield MADE_UP


def the_article(items: Iterator[object]) -> Article:
    (item,) = items
    assert isinstance(item, Article), item
    assert (item.title, item.text) == ("Harbour", TEXT)
    return item


@pytest.mark.usefixtures("made_up")
def test_a_row_of_the_table_is_enough_for_a_file(tmp_path: Path) -> None:
    path = write(tmp_path, "a.mup", DATA)
    assert list(find_files([tmp_path])) == [path]
    assert holds_one_article(path)
    assert memory_needed(path, 100) == 100
    assert the_article(read_file(path)).source == path.as_posix()


@pytest.mark.usefixtures("made_up")
def test_a_row_of_the_table_is_enough_for_standard_input() -> None:
    assert the_article(read_stream(io.BytesIO(DATA))).source.startswith("stdin#")


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("content_type", ["application/x-made-up", "", "application/octet-stream"])
def test_a_row_of_the_table_is_enough_for_a_fetched_page(content_type: str) -> None:
    url = "https://h.example/a.mup"
    fetched = Fetched(url=url, body=DATA, content_type=content_type, charset="", etag="", modified="")
    assert the_article(read_fetched(fetched, url)).url == url


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(("pack", "suffix"), [(zipped, ".zip"), (tarred, ".tar")])
def test_a_row_of_the_table_is_enough_for_a_member_of_an_archive(
    tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes], suffix: str
) -> None:
    path = write(tmp_path, f"all{suffix}", pack({"in/a.mup": DATA}))
    assert the_article(read_file(path)).source == f"{path.as_posix()}#in/a.mup"


@pytest.mark.usefixtures("made_up")
def test_a_row_of_the_table_is_enough_for_a_record_of_a_crawl(tmp_path: Path) -> None:
    url = "https://h.example/2025/11/27/a"
    answer = response(DATA, headers="Content-Type: application/x-made-up")
    path = write(tmp_path, "a.warc", warc_record("response", url, answer))
    article = the_article(read_file(path))
    assert (article.source, str(article.published)) == (url, "2025-11-27")


def test_without_its_row_the_format_is_unknown(tmp_path: Path) -> None:
    (item,) = read_file(write(tmp_path, "a.mup", DATA))
    assert not isinstance(item, Article)


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.reader)
def test_every_reader_of_the_table_can_be_imported(known: FileFormat) -> None:
    assert callable(known.read)


def test_no_suffix_or_content_type_stands_in_two_rows() -> None:
    for column in ("suffixes", "content_types"):
        names = [name for known in FORMATS for name in getattr(known, column)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (page(), "html.read_web_page"),
        (b"<?xml version='1.0'?><thing/>", "html.read_web_page"),
        (b'{"text": "x"}', "json_rows.read_json"),
        (b'{"text": "x"}\n{"text": "y"}', "json_rows.read_lines"),
        (pdf([("Ships left.",)]), "pdf.read_pdf"),
        (mail(text="Ships left."), "mail.read_mail"),
        (docx(docx_paragraph("Ships left.")), "docx.read_docx"),
        (zipped({"a.docx": docx(docx_paragraph("Ships left."))}), "archives.read_zip"),
        (rss(), "feed.read_feed"),
        (opml("https://h.example/feed"), "feed.read_feed"),
        (warc(["https://h.example/1"], packed=False), "warc.read_warc"),
        (zipped({"a.txt": b"x"}), "archives.read_zip"),
        (tarred({"{a}.txt": b"x"}), "archives.read_tar"),
        (b"", PLAIN.reader),
        (b"Ships < trains.", PLAIN.reader),
    ],
)
def test_bytes_are_recognised_by_how_they_begin(data: bytes, reader: str) -> None:
    assert format_by_bytes(data).reader == reader
