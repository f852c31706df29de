"""Rows as the news interfaces and public dumps write them, one of each, with invented content."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.articles import FieldMap, read_file
from assistant.articles.build import Notice
from assistant.articles.publication_date import is_clock_zero
from assistant.errors import UsageError
from assistant.records import Article, Skipped
from tests.articles import articles, only_article, only_reason, write

TEXT = "Quay 9 was shut on Friday, the port said."
URL = "https://tarn.example/quay-9"
SHUT = {"title": "Quay 9 shut", "url": URL}

SAMPLES: dict[str, Any] = {
    "newsapi": {
        "status": "ok",
        "articles": [
            SHUT
            | {
                "source": {"id": None, "name": "Tarn Post"},
                "author": "Ivo Land",
                "content": TEXT,
                "description": "Shut.",
                "publishedAt": "2025-05-02T04:30:00Z",
            }
        ],
    },
    "gnews": {
        "totalArticles": 1,
        "articles": [
            SHUT
            | {
                "content": TEXT,
                "description": "Shut.",
                "image": "x",
                "publishedAt": "2025-05-02T04:30:00Z",
                "author": "Ivo Land",
                "source": {"name": "Tarn Post", "url": "https://tarn.example"},
            }
        ],
    },
    "guardian": {
        "response": {
            "status": "ok",
            "results": [
                {
                    "id": "world/2025/may/02/quay",
                    "type": "article",
                    "webPublicationDate": "2025-05-02T04:30:00Z",
                    "webTitle": "Quay 9 shut",
                    "webUrl": URL,
                    "apiUrl": "https://api.example/x",
                    "fields": {"bodyText": TEXT, "byline": "Ivo Land", "trailText": "Shut", "publication": "Tarn Post"},
                }
            ],
        }
    },
    "event registry": {
        "articles": {
            "page": 1,
            "results": [
                SHUT
                | {
                    "uri": "8512",
                    "lang": "eng",
                    "isDuplicate": False,
                    "date": "2025-05-02",
                    "time": "04:30:00",
                    "dateTime": "2025-05-02T04:30:00Z",
                    "body": TEXT,
                    "source": {"uri": "tarn.example", "title": "Tarn Post"},
                    "authors": [{"uri": "ivo@tarn.example", "name": "Ivo Land", "type": "author"}],
                }
            ],
        }
    },
    "wordpress": [
        {
            "id": 9,
            "date": "2025-05-02T04:30:00",
            "link": URL,
            "title": {"rendered": "Quay 9 shut"},
            "content": {"rendered": f"<p>{TEXT}</p>", "protected": False},
            "excerpt": {"rendered": "<p>Shut</p>"},
            "author_name": 3,
            "authors": ["Ivo Land"],
            "site_name": "Tarn Post",
        }
    ],
    "json feed": {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Tarn Post",
        "items": [
            SHUT
            | {
                "id": "9",
                "content_html": f"<p>{TEXT}</p>",
                "date_published": "2025-05-02T04:30:00Z",
                "authors": [{"name": "Ivo Land"}],
                "publisher": "Tarn Post",
            }
        ],
    },
    "rss to json": {
        "status": "ok",
        "feed": {"title": "Tarn Post", "link": "https://tarn.example"},
        "items": [
            {
                "title": "Quay 9 shut",
                "pubDate": "2025-05-02 04:30:00",
                "link": URL,
                "guid": URL,
                "author": "Ivo Land",
                "source": "Tarn Post",
                "description": f"<p>{TEXT}</p>",
                "content": f"<p>{TEXT}</p>",
            }
        ],
    },
    "cc-news": [
        SHUT
        | {
            "text": TEXT,
            "domain": "tarn.example",
            "publisher": "Tarn Post",
            "date": "2025-05-02 04:30:00",
            "description": "Shut.",
            "image_url": "x",
            "author": "Ivo Land",
        }
    ],
    "kaggle": [
        {
            "": 0,
            "id": 17283,
            "title": "Quay 9 shut",
            "publication": "Tarn Post",
            "author": "Ivo Land",
            "date": "2025-05-02",
            "year": 2025.0,
            "month": 5.0,
            "url": URL,
            "content": TEXT,
        }
    ],
}
ABSTRACTS: dict[str, Any] = {
    "nyt": {
        "response": {
            "docs": [
                {
                    "_id": "nyt://article/77",
                    "headline": {"main": "Quay 9 shut", "kicker": None},
                    "abstract": TEXT,
                    "lead_paragraph": "Shut.",
                    "web_url": URL,
                    "pub_date": "2025-05-02T04:30:00+0000",
                    "source": "Tarn Post",
                    "byline": {"original": "By Ivo Land", "person": []},
                    "document_type": "article",
                }
            ]
        }
    },
    "mediastack": {
        "pagination": {"limit": 1},
        "data": [
            SHUT
            | {
                "author": "Ivo Land",
                "description": TEXT,
                "source": "Tarn Post",
                "image": None,
                "published_at": "2025-05-02T04:30:00+00:00",
            }
        ],
    },
    "currents": {
        "status": "ok",
        "news": [
            SHUT
            | {
                "id": "e1",
                "description": TEXT,
                "author": "Ivo Land",
                "language": "en",
                "site": "Tarn Post",
                "published": "2025-05-02 04:30:00 +0000",
            }
        ],
    },
    "newsdata": {
        "results": [
            {
                "article_id": "9c",
                "title": "Quay 9 shut",
                "link": URL,
                "creator": ["Ivo Land"],
                "description": TEXT,
                "content": "ONLY AVAILABLE IN PAID PLANS",
                "pubDate": "2025-05-02 04:30:00",
                "source_name": "Tarn Post",
            }
        ],
    },
    "newsapi without content": {
        "articles": [
            SHUT
            | {
                "source": {"name": "Tarn Post"},
                "author": "Ivo Land",
                "content": None,
                "description": TEXT,
                "publishedAt": "2025-05-02T04:30:00Z",
            }
        ],
    },
    "news category": [
        {
            "link": URL,
            "headline": "Quay 9 shut",
            "category": "WORLD",
            "short_description": TEXT,
            "authors": "Ivo Land",
            "date": "2025-05-02",
            "outlet": "Tarn Post",
        }
    ],
}


def read(folder: Path, value: Any) -> tuple[list[Article], list[str], list[str]]:
    items = list(read_file(write(folder, "a.json", json.dumps(value))))
    notices = [item.text for item in items if isinstance(item, Notice)]
    reasons = [item.reason for item in items if isinstance(item, Skipped)]
    return [item for item in items if isinstance(item, Article)], notices, reasons


@pytest.mark.parametrize("name", [*SAMPLES, *ABSTRACTS])
def test_the_usual_keys_are_recognised(tmp_path: Path, name: str) -> None:
    (article,), notices, _ = read(tmp_path, SAMPLES.get(name) or ABSTRACTS[name])
    assert (article.text, article.title, article.outlet) == (TEXT, "Quay 9 shut", "Tarn Post")
    assert (article.published, article.url, article.source) == (date(2025, 5, 2), URL, URL)
    assert article.authors == ("Ivo Land",)
    assert bool([text for text in notices if "a summary" in text]) == (name in ABSTRACTS)


def test_a_list_of_addresses_has_no_text(tmp_path: Path) -> None:
    gdelt = {"articles": [SHUT | {"seendate": "20250502T043000Z", "domain": "tarn.example", "language": "English"}]}
    assert read(tmp_path, gdelt)[2] == [
        "holds only a headline and an address; fetch the page itself with: assistant ingest URL"
    ]


@pytest.mark.parametrize("mark", ["… [+2314 chars]", "... [1234 chars]", "… [+1,204 chars]", "…\r\n[ +12 characters ]"])
def test_the_mark_of_a_cut_text_is_taken_off_and_said(tmp_path: Path, mark: str) -> None:
    (article,), notices, _ = read(tmp_path, [SHUT | {"content": TEXT + " The en" + mark}])
    assert article.text == TEXT + " The en" + mark.partition("[")[0].rstrip()
    assert [text for text in notices if "is cut off" in text and "char" in text]


def test_a_mark_within_a_text_is_no_cut(tmp_path: Path) -> None:
    (article,), notices, _ = read(tmp_path, [SHUT | {"content": "They write [+20 chars] there."}])
    assert article.text == "They write [+20 chars] there."
    assert not [text for text in notices if "cut" in text]


@pytest.mark.parametrize("content", ["[Removed]", None, " [removed] ", "[Deleted]"])
def test_an_article_taken_back_is_skipped(tmp_path: Path, content: object) -> None:
    gone = {"title": "[Removed]", "url": "https://removed.example", "description": "[Removed]", "content": content,
            "publishedAt": "1970-01-01T00:00:00Z"}  # fmt: skip
    found, _, reasons = read(tmp_path, [gone, SHUT | {"content": TEXT}])
    assert [article.title for article in found] == ["Quay 9 shut"]
    assert reasons == ["was taken back: in place of the text stands [Removed]"]


@pytest.mark.parametrize(
    "zero", ["1970-01-01T00:00:00Z", "1970-01-01", "1970-01-01 00:00:00", 0, "1970-01-01T00:00:00+00:00"]
)
def test_the_zero_of_clocks_is_no_day(tmp_path: Path, zero: object) -> None:
    (article,), notices, _ = read(tmp_path, [SHUT | {"content": TEXT, "date": zero}])
    assert article.published is None
    assert [text for text in notices if "1970" in text]


def test_other_days_of_1970_are_days() -> None:
    assert not is_clock_zero("1970-01-02") and not is_clock_zero("1970-01-01T11:30:00Z") and not is_clock_zero(None)
    assert is_clock_zero("Thu, 01 Jan 1970 00:00:00 GMT")


def test_keys_within_objects_can_be_named(tmp_path: Path) -> None:
    row = {"meta": {"head": "Quay"}, "parts": [{"words": TEXT}], "a.b": "Tarn Post"}
    path = write(tmp_path, "a.json", json.dumps([row]))
    (article,) = articles(path, FieldMap(text="parts.0.words", title="meta.head", outlet="a.b"))
    assert (article.text, article.title, article.outlet) == (TEXT, "Quay", "Tarn Post")
    with pytest.raises(UsageError, match=r"meta\.body"):
        list(read_file(path, FieldMap(text="meta.body")))


@pytest.mark.parametrize("address", ["/2025/quay-9-shut.html", "2025/quay-9-shut.html", "news/2025/05/02/quay-9-shut"])
def test_a_relative_address_names_a_row_within_its_file_only(tmp_path: Path, address: str) -> None:
    rows = json.dumps([{"title": "Quay 9 shut", "url": address, "id": address, "text": TEXT}])
    one, other = (only_article(write(tmp_path, name, rows)) for name in ("a.json", "b.json"))
    assert one.source != other.source and one.source.endswith(f"a.json#id {address}")
    assert one.url == ""


def test_an_address_without_its_protocol_is_completed(tmp_path: Path) -> None:
    assert (
        read(tmp_path, [{"title": "Q", "url": "//tarn.example/9", "text": TEXT}])[0][0].source
        == "https://tarn.example/9"
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"text": "One."},\n{"text": "Two."},\n',
        '[\n{"text": "One."},\n{"text": "Two."}\n]\n',
        '[{"text": "One."},\n{"text": "Two."}]',
        '{"text": "One."} ,\r\n{"text": "Two."}\r\n',
    ],
)
def test_json_lines_that_were_a_list(tmp_path: Path, text: str) -> None:
    assert [article.text for article in articles(write(tmp_path, "a.jsonl", text))] == ["One.", "Two."]


CSV = (
    "title;date;url;content;publication\n"
    + f'Quay 9 shut;2025-05-02;{URL};"{TEXT}\n\nIt said: ""Soon""; no more.";Tarn Post\n'
)


@pytest.mark.parametrize("change", ["", "\ufeff", "sep=;\n"])
def test_csv_with_line_breaks_in_cells(tmp_path: Path, change: str) -> None:
    article = articles(write(tmp_path, "a.csv", change + CSV))[0]
    assert article.text == f'{TEXT}\n\nIt said: "Soon"; no more.'
    assert (article.title, article.outlet, article.source) == ("Quay 9 shut", "Tarn Post", URL)
    assert article.published == date(2025, 5, 2)


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.tsv", "\t"), ("a.csv", "|"), ("a.csv.gz", ",")])
def test_csv_with_other_delimiters(tmp_path: Path, name: str, delimiter: str) -> None:
    data = delimiter.join(("title", "text")) + "\r\n" + delimiter.join(("One", f'"{TEXT}"')) + "\r\n\r\n"
    packed = gzip.compress(data.encode("utf-16")) if name.endswith(".gz") else data
    assert articles(write(tmp_path, name, packed))[0].text == TEXT


def test_csv_of_another_character_set_gets_a_notice(tmp_path: Path) -> None:
    items = list(
        read_file(write(tmp_path, "a.csv", "title,text\nA,“Färjan går” sade hon på lördag\n".encode("cp1252")))
    )
    assert [item.text for item in items if isinstance(item, Article)] == ["“Färjan går” sade hon på lördag"]
    assert [item for item in items if isinstance(item, Notice) and "windows-1252" in item.text]


@pytest.mark.parametrize(("data", "reason"), [("", "empty"), ("name,age\nA,3\n", "has no text"), ("text\n", "empty")])
def test_csv_without_articles(tmp_path: Path, data: str, reason: str) -> None:
    assert reason in only_reason(write(tmp_path, "a.csv", data))


def test_a_cell_without_an_end_ends_the_file_with_a_reason(tmp_path: Path) -> None:
    data = 'title,text\nA,B c d\nE,"' + "x" * 21_000_000
    reasons = [item.reason for item in read_file(write(tmp_path, "a.csv", data)) if isinstance(item, Skipped)]
    assert reasons and "CSV" in reasons[-1]


WRAPPED = {"title": "Quay 9 shut", "body": TEXT, "date": "2025-05-02", "url": URL}
AROUND: dict[str, object] = {
    "Elasticsearch": {"hits": {"total": 1, "hits": [{"_id": "1", "_source": WRAPPED}]}},
    "Mongo": [WRAPPED | {"_id": {"$oid": "5" * 24}, "date": {"$date": "2025-05-02T10:00:00Z"}}],
    "Mongo, number": [WRAPPED | {"date": {"$date": {"$numberLong": "1746180000000"}}}],
    "webz.io": {"posts": [WRAPPED], "totalResults": 1},
    "Bing": {"value": [WRAPPED | {"provider": [{"name": "Tarn Post"}]}]},
    "feedparser": {"entries": [WRAPPED | {"body": None, "content": [{"type": "html", "value": f"<p>{TEXT}</p>"}]}]},
    "numbered": {"0": WRAPPED, "1": WRAPPED | {"title": "Other", "url": f"{URL}/2"}},
    "columns": {key: {"0": value, "1": f"{value} "} for key, value in WRAPPED.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", AROUND)
def test_what_databases_write_around_rows(tmp_path: Path, name: str) -> None:
    article = articles(write(tmp_path, "a.json", json.dumps(AROUND[name])))[0]
    assert (article.title, article.text, article.published) == ("Quay 9 shut", TEXT, date(2025, 5, 2))


@pytest.mark.parametrize(
    "feed",
    [
        {"status": "ok", "feed": {"title": "Tarn Post", "url": "https://t.example/feed"}, "items": [WRAPPED]},
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Tarn Post",
            "items": [WRAPPED | {"url": "", "id": URL}],
        },
    ],
)
def test_the_outlet_of_a_feed_in_json_is_its_title(tmp_path: Path, feed: object) -> None:
    article = articles(write(tmp_path, "a.json", json.dumps(feed)))[0]
    assert (article.outlet, article.url, article.source) == ("Tarn Post", URL, URL)


@pytest.mark.parametrize(
    "end",
    [
        "… [+12 chars]", " [...]", " [&#8230;]", " (more…)", "... Read more", ".. Continue reading →", "…", "...",
        " […]\n\nThe post Quay 9 appeared first on Tarn Post.",
    ],
)  # fmt: skip
def test_marks_of_a_cut_text(tmp_path: Path, end: str) -> None:
    rows = [{"title": "Quay 9 shut", "content": f"{TEXT} The ferry of Tarn{end}", "url": URL}]
    (article,), notices, _ = read(tmp_path, rows)
    assert any("is cut off where its source says" in text for text in notices)
    assert article.text.rstrip("….").endswith("ferry of Tarn")


@pytest.mark.parametrize(
    "end", [" They may read more.", " See the full list at the quay.", " Continue reading is fun."]
)
def test_words_that_only_look_like_a_mark(tmp_path: Path, end: str) -> None:
    (article,), notices, _ = read(tmp_path, [{"title": "T", "text": f"{TEXT}, they say{end}"}])
    assert article.text.endswith(end) and not notices


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '[{"title": "A", "text": "One, two,]",}, {"title": "B", "text": "Three",},]'),
        ("a.json", '{"title": "A", "text": "One, two,]"}{"title": "B", "text": "Three"}'),
        ("a.json", '{\n"title": "A", "text": "One, two,]"\n}\n{\n"title": "B", "text": "Three"\n}'),
        ("a.jsonl", '{\n"title": "A", "text": "One, two,]"\n}\n{\n"title": "B", "text": "Three"\n}'),
        ("a.jsonl", '{"title": "A", "text": "One, two,]",},\n{"title": "B", "text": "Three",},'),
        ("a.jsonl", '[\n{"title": "A", "text": "One, two,]"},\n{"title": "B", "text": "Three"}\n]'),
    ],
)
def test_json_that_is_not_quite_valid(tmp_path: Path, name: str, text: str) -> None:
    assert [(a.title, a.text) for a in articles(write(tmp_path, name, text))] == [("A", "One, two,]"), ("B", "Three")]


@pytest.mark.parametrize(
    ("header", "cells", "part", "value"),
    [
        ("title,text,authors", "A,{},\"['Ann Lee', 'Bo Yu']\"", "authors", ("Ann Lee", "Bo Yu")),
        ("title,text,source", "A,{},\"{{'id': None, 'name': 'Tarn Post'}}\"", "outlet", "Tarn Post"),
        ("source.name,title,text", "Tarn Post,A,{}", "outlet", "Tarn Post"),
        ('title,text,date', 'A,{},"04 Mar 2025,Tuesday"', "published", date(2025, 3, 4)),
        ("title,text,date", "A,{},\"Tue, 03/04/2025 - 10:00\"", "published", date(2025, 3, 4)),
        ("title;text;published, as shown", "A;{};x", "text", TEXT.replace(",", "")),
    ],
)  # fmt: skip
def test_cells_of_csv(tmp_path: Path, header: str, cells: str, part: str, value: object) -> None:
    data = f"{header}\n{cells.format(TEXT.replace(',', ''))}\n"
    assert getattr(articles(write(tmp_path, "a.csv", data))[0], part) == value


def test_a_quotation_mark_that_is_never_closed_is_said(tmp_path: Path) -> None:
    items = read_file(write(tmp_path, "a.csv", f'title,text\nA,"{TEXT}\nB,{TEXT}\n'))
    assert any(isinstance(item, Notice) and "never closed" in item.text for item in items)


@pytest.mark.parametrize(
    "id_", ["harbour-reopens-after-the-storm", "story.html?id=1234567890", "2025\\march\\story-one"]
)
def test_words_and_relative_addresses_name_a_row_within_its_file_only(tmp_path: Path, id_: str) -> None:
    (article,) = articles(write(tmp_path, "a.json", json.dumps([{"id": id_, "text": TEXT}])))
    assert article.source.endswith(f"a.json#id {id_}")


@pytest.mark.parametrize(
    "id_", ["urn:tarn:2025:quay-nine", "0b8f6c2e-7a51-4f0e-9c11-aa0d", "nyt://article/aa-bb", "a" * 32]
)
def test_ids_that_are_unique_everywhere_name_a_row_anywhere(tmp_path: Path, id_: str) -> None:
    assert articles(write(tmp_path, "a.json", json.dumps([{"id": id_, "text": TEXT}])))[0].source == id_
