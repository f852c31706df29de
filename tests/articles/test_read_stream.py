"""Standard input: what it holds is told from its first bytes."""

import gzip
import io
import json
from typing import Any

import pytest

from assistant.articles import FieldMap, read_stream
from assistant.records import Article, Skipped
from tests.samples import PARAGRAPHS, atom, mail, page, pdf, rss, tarred, warc, zipped

ROWS = b"".join(json.dumps({"text": f"Ship {n} left.", "nr": n}).encode() + b"\n" for n in range(3))


def taken(data: bytes, fields: FieldMap | None = None) -> list[Article]:
    return [item for item in read_stream(io.BytesIO(data), fields or FieldMap()) if isinstance(item, Article)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Date: 2025-11-27\n\nShips left.", "Ships left."),
        (b"---\ntitle: Port\n---\nShips **left**.", "left"),
        (page(), PARAGRAPHS[0]),
        (b"\xef\xbb\xbf  " + page(), PARAGRAPHS[0]),
        (b'{"text": "Ships left."}', "Ships left."),
        (b'[{"text": "Ships left."}]', "Ships left."),
        (ROWS, "Ship 0 left."),
        (pdf([("The harbour reopened on Tuesday.",)]), "reopened"),
        (mail(text="Ships left."), "Ships left."),
        (zipped({"a.txt": b"Ships left."}), "Ships left."),
        (tarred({"a.txt": b"Ships left."}), "Ships left."),
        (warc(["https://h.example/1"], packed=False), PARAGRAPHS[0]),
        (warc(["https://h.example/1"]), PARAGRAPHS[0]),
        (gzip.compress(ROWS), "Ship 0 left."),
        (gzip.compress(page()), PARAGRAPHS[0]),
        (tarred({"a.txt": b"Ships left."}, packed=True), "Ships left."),
    ],
)
def test_the_kind_is_told_from_the_content(data: bytes, words: str) -> None:
    assert words in taken(data)[0].text


def test_two_texts_are_two_articles_and_the_same_text_is_one() -> None:
    ids = {taken(text)[0].id for text in (b"Ships left.", b"Trains came.", b"Ships left.")}
    assert len(ids) == 2


def test_rows_are_named_without_regard_to_the_other_rows() -> None:
    assert taken(ROWS)[1].id == taken(ROWS + b'{"text": "More."}\n')[1].id


def test_named_fields_count() -> None:
    assert taken(b'{"nr": 1, "words": "Ships left.", "text": "x"}', FieldMap(text="words"))[0].text == "Ships left."


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"\x89PNG\r\n\x1a\n\0", rss("<title>T</title>"), atom(), b"\x1f\x8bnonsense"]
)
def test_what_holds_no_article_is_told(data: bytes) -> None:
    items: list[Any] = list(read_stream(io.BytesIO(data)))
    assert items and all(isinstance(item, Skipped) for item in items)
