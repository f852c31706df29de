"""WARC files: one article for each page, and no damage reaches beyond the record it is in, or the file."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from assistant.articles import Notice, raw_document, read_file
from assistant.records import Article, Skipped
from tests.articles import articles, write
from tests.samples import PARAGRAPHS, page, pdf, response, warc, warc_record

URL = "https://harbour.example/reopens"


def record(body: bytes, **headers: str) -> bytes:
    lines = "\r\n".join(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())
    return warc_record("response", URL, response(body, headers=lines or "Content-Type: text/html"))


@pytest.mark.parametrize("packed", [True, False])
def test_each_page_is_an_article_named_by_its_address(tmp_path: Path, packed: bool) -> None:
    urls = ["https://harbour.example/1", "https://harbour.example/2025/11/27/b"]
    path = write(tmp_path, "a.warc.gz" if packed else "a.warc", warc(urls, packed=packed))
    one, two = articles(path)
    assert [one.source, two.source] == urls
    assert one.url == urls[0]
    assert PARAGRAPHS[0] in one.text


def test_the_day_is_that_of_the_page_then_of_the_crawl(tmp_path: Path) -> None:
    dated = page(head='<meta property="article:published_time" content="2025-11-20">')
    (article,) = articles(write(tmp_path, "a.warc", record(dated)))
    assert article.published == date(2025, 11, 20)
    article_, notice = read_file(write(tmp_path, "b.warc", record(page())))
    assert isinstance(article_, Article) and article_.published == date(2025, 11, 28)
    assert isinstance(notice, Notice) and "crawl" in notice.text


def test_bodies_in_chunks_and_packed(tmp_path: Path) -> None:
    body = page()
    packed = gzip.compress(body)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:50], packed[50:])) + b"0\r\n\r\n"
    content = record(chunks, Content_Type="text/html", Transfer_Encoding="chunked", Content_Encoding="gzip")
    content += record(body, Content_Type="text/html", Content_Encoding="gzip")  # unpacked under the old headers
    assert [PARAGRAPHS[1] in article.text for article in articles(write(tmp_path, "a.warc", content))] == [True, True]


def test_the_character_set_of_the_server_counts(tmp_path: Path) -> None:
    words = "Порт открылся во вторник после шторма, сообщила администрация порта журналистам в среду утром."
    body = page(paragraphs=(words, words)).decode().encode("cp1251")
    (article,) = articles(write(tmp_path, "a.warc", record(body, Content_Type="text/html; charset=windows-1251")))
    assert words in article.text


def test_a_character_set_that_can_be_none_is_none(tmp_path: Path) -> None:
    bad = record(page(), Content_Type="text/html; charset*=a\0b''x")
    (article,) = articles(write(tmp_path, "a.warc", bad))
    assert PARAGRAPHS[0] in article.text


def test_pdf_records_are_read_and_other_records_counted(tmp_path: Path) -> None:
    content = record(pdf([("The harbour reopened on Tuesday.",)]), Content_Type="application/pdf")
    content += record(b"GIF89a", Content_Type="image/gif")
    content += warc_record("response", URL, response(page(), status="404 Not Found"))
    content += warc_record("request", URL, b"GET / HTTP/1.1\r\n\r\n")
    items = list(read_file(write(tmp_path, "a.warc", content)))
    assert [type(item) for item in items].count(Article) == 1
    (notice,) = [item for item in items if isinstance(item, Notice) and "without a page" in item.text]
    assert "2 records" in notice.text and "image/gif 1" in notice.text and "status 404 1" in notice.text


def test_a_bad_page_costs_one_record(tmp_path: Path) -> None:
    content = record(b"<html></html>") + record(page())
    skipped, article, *_ = read_file(write(tmp_path, "a.warc", content))
    assert isinstance(skipped, Skipped) and skipped.source.endswith(f"#{URL}")
    assert isinstance(article, Article)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"nonsense\r\n", "damaged"),
        (warc_record("request", URL, b"GET / HTTP/1.1\r\n\r\n"), "no record of a fetched page"),
        (record(page())[:500], "ends in the middle"),
        (b"WARC/1.0\r\nContent-Length: -5\r\n\r\n", "damaged"),
        (b"WARC/1.0\r\nContent-Length: many\r\n\r\n", "damaged"),
        (b"WARC/1.0\r\n" + b"X: y\r\n" * 50_000, "damaged"),
        (b"WARC/1.0\r\nX: " + b"y" * 1_000_000, "damaged"),
    ],
)
def test_damage_ends_with_a_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    *_, last = read_file(write(tmp_path, "a.warc", content))
    assert isinstance(last, Skipped)
    assert reason in last.reason


def test_a_record_longer_than_an_article_is_passed_over(tmp_path: Path) -> None:
    content = record(b"<p>" + b"x" * 21_000_000) + record(page())
    skipped, article, *_ = read_file(write(tmp_path, "a.warc", content))
    assert isinstance(skipped, Skipped) and "20 MB" in skipped.reason
    assert isinstance(article, Article)


def test_a_page_that_unpacks_to_far_too_much_costs_one_record(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<p>" + b" " * 50_000_000)
    content = record(bomb, Content_Type="text/html", Content_Encoding="gzip") + record(page())
    skipped, article, *_ = read_file(write(tmp_path, "a.warc", content))
    assert isinstance(skipped, Skipped) and "unpacks to over 20 MB" in skipped.reason
    assert isinstance(article, Article)


def test_a_file_made_to_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_document, "UNPACKED_FREELY", 1_000_000)
    content = gzip.compress(record(page())) + gzip.compress(warc_record("response", URL, b" " * 30_000_000))
    items = read_file(write(tmp_path, "a.warc.gz", content))
    assert "200 times its size" in next(item.reason for item in items if isinstance(item, Skipped))
