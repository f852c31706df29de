"""JSON and JSON Lines: keys are guessed or named, and one bad row costs one row."""

import gzip
import itertools
import json
import re
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.articles import FieldMap, Notice, raw_document, read_file, resolve_fields
from assistant.articles.fields import without_trailing_commas
from assistant.articles.formats import json_rows as rows
from assistant.errors import UsageError
from assistant.records import Article, Skipped
from tests.articles import articles, only_article, only_reason, write

NEWS_API = {
    "source": {"id": "harbour-news", "name": "Harbour News"},
    "author": "By Ann Lee, Bo Chan",
    "title": "Port reopens",
    "description": "A summary.",
    "url": "https://www.harbour.example/1",
    "publishedAt": "2025-11-27T10:00:00Z",
    "content": "Ships left.",
}
NEWS_PLEASE = {
    "maintext": "Ships left.",
    "headline": "Port reopens",
    "date_publish": "2025-11-27 10:00:00",
    "source_domain": "harbour.example",
    "authors": ["Ann Lee", {"name": "Bo Chan"}],
    "id": 17,
}


def lines(*rows: Any) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def test_a_row_with_guessed_keys(tmp_path: Path) -> None:
    (article,) = articles(write(tmp_path, "a.jsonl", lines(NEWS_API)))
    assert article == Article(
        source="https://www.harbour.example/1",
        text="Ships left.",
        title="Port reopens",
        outlet="Harbour News",
        published=date(2025, 11, 27),
        authors=("Ann Lee", "Bo Chan"),
        url="https://www.harbour.example/1",
    )


def test_the_source_is_the_url_else_the_id_else_the_row(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.jsonl",
        lines(NEWS_API, NEWS_PLEASE, "", {"text": "Bare."}, {"text": "n/a", "url": "n/a", "body": "Yes."}),
    )
    place = path.resolve().as_posix()
    first, second, bare, other = [article.source for article in articles(path)]
    assert (first, second) == ("https://www.harbour.example/1", f"{place}#id 17")
    assert re.fullmatch(re.escape(place) + "#[0-9a-f]{16}", bare)
    assert re.fullmatch(re.escape(place) + "#[0-9a-f]{16}", other)
    assert bare != other


def test_equal_short_ids_of_two_dumps_are_two_articles(tmp_path: Path) -> None:
    one = only_article(write(tmp_path, "one.jsonl", lines({"id": 17, "text": "Ships left."})))
    two = only_article(write(tmp_path, "two.jsonl", lines({"id": 17, "text": "Trains came."})))
    assert one.id != two.id


def test_equal_short_ids_of_two_files_of_one_object_are_two_articles(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, name, json.dumps({"text": f"Ships left {name}.", "id": 17})) for name in ("a.json", "b.json")
    ]
    assert [only_article(path).source for path in paths] == [f"{path.as_posix()}#id 17" for path in paths]


def test_an_id_that_is_unique_everywhere_names_the_article_wherever_the_dump_lies(tmp_path: Path) -> None:
    row = {"id": "0b7c1d6e-3f53-4a2c-9f63-5d1f5f0a7c11", "text": "Ships left."}
    sources = {only_article(write(tmp_path, name, lines(row))).source for name in ("a.jsonl", "b.jsonl")}
    assert sources == {row["id"]}


def test_a_row_put_in_before_others_changes_none_of_their_names(tmp_path: Path) -> None:
    old = [{"text": "Ships left."}, {"text": "Trains came."}]
    before = [article.id for article in articles(write(tmp_path, "a.jsonl", lines(*old)))]
    after = [article.id for article in articles(write(tmp_path, "a.jsonl", lines({"text": "New."}, *old)))]
    assert after[1:] == before


def test_markup_within_a_text_is_taken_out(tmp_path: Path) -> None:
    row = {
        "title": "Ships &amp; <em>trains</em>",
        "text": '<p>Ships &lt;left&gt; &amp; <a href="https://x.example/7">came</a>.</p><script>track(9)</script><p>Two<br>lines.</p>',
    }
    article = only_article(write(tmp_path, "a.json", json.dumps(row)))
    assert (article.title, article.text) == ("Ships & trains", "Ships <left> & came.\n\nTwo\nlines.")


@pytest.mark.parametrize("text", ["If a < b and b > c, AT&T wins; R&D too.", "He wrote <unknown> & left. <3"])
def test_text_that_is_no_markup_is_kept(tmp_path: Path, text: str) -> None:
    assert only_article(write(tmp_path, "a.json", json.dumps({"text": text}))).text == text


def test_guessed_keys_can_be_shown(tmp_path: Path) -> None:
    used = resolve_fields(NEWS_PLEASE)
    assert (used.text, used.title, used.published, used.outlet) == (
        "maintext",
        "headline",
        "date_publish",
        "source_domain",
    )
    notice, _ = read_file(write(tmp_path, "a.jsonl", lines(NEWS_PLEASE)))
    assert isinstance(notice, Notice)
    assert "text=maintext" in notice.text
    assert "published=date_publish" in notice.text


def test_named_keys_are_used(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", lines({"text": "Summary.", "lang": "Ships left.", "when": "2025-11-27"}))
    (article,) = articles(path, FieldMap(text="lang", published="when"))
    assert (article.text, article.published) == ("Ships left.", date(2025, 11, 27))


def test_a_named_key_that_is_not_there_is_refused_with_the_keys_there_are(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", lines({"body": "Ships left.", "day\nof": "x"}))
    with pytest.raises(UsageError, match=r"No key 'txt' for the text .* body, day of"):
        list(read_file(path, FieldMap(text="txt")))


def test_one_bad_row_costs_one_row(tmp_path: Path) -> None:
    deep = '{"text": ' + "[" * 100_000
    big = '{"text": "x", "id": ' + "1" * 5000 + "}"
    good = {"text": "Ships left."}
    path = write(
        tmp_path,
        "a.jsonl",
        lines(good, '{"text": ', "[1, 2]", {"title": "x"}, {"text": 5}, {"text": " "}, deep, big, good),
    )
    items = list(read_file(path))
    skipped = {item.source.partition("#")[2]: item.reason for item in items if isinstance(item, Skipped)}
    assert [type(items[0]), type(items[-1])] == [Article, Article]
    assert list(skipped) == [f"row {n}" for n in range(2, 9)]
    assert "not valid JSON" in skipped["row 2"]
    assert "not a JSON object" in skipped["row 3"]
    assert "its keys are: title" in skipped["row 4"]
    assert "nested too deeply" in skipped["row 7"]
    assert all("\n" not in reason for reason in skipped.values())


def test_a_list_of_paragraphs_is_a_text(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", json.dumps({"text": ["Ships left.", "More came."]}))
    assert only_article(path).text == "Ships left.\n\nMore came."


@pytest.mark.parametrize(
    "value",
    [
        [{"text": "One."}, {"text": "Two."}],
        {"status": "ok", "articles": [{"text": "One."}, {"text": "Two."}]},
        {"response": {"status": "ok", "results": [{"text": "One."}, {"text": "Two."}]}},
    ],
)
def test_lists_in_json_files(tmp_path: Path, value: Any) -> None:
    path = write(tmp_path, "a.json", json.dumps(value, indent=1))
    assert [a.text for a in articles(path)] == ["One.", "Two."]
    assert articles(path)[1].source.startswith(f"{path.resolve().as_posix()}#")


def test_one_object_is_one_article_named_by_its_file(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", '\ufeff{"text": "One.",\n "items": [{"text": "Related."}]}')
    assert only_article(path).source == path.resolve().as_posix()


def test_json_lines_under_another_name(tmp_path: Path) -> None:
    assert [a.text for a in articles(write(tmp_path, "a.json", lines({"text": "One."}, {"text": "Two."})))] == [
        "One.",
        "Two.",
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", "[]", "empty"),
        ("a.json", '{"name": "package"}', "has no text; its keys are: name"),
        ("a.json", '{\n"text": "x" "y"\n}', "not valid JSON"),
        ("a.json", "7", "not a JSON object"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.jsonl", " \n\n", "empty"),
        ("a.jsonl", lines({"text": "x"}).encode("utf-16"), "UTF-16"),
        ("a.jsonl", b"\x89PNG\r\n\x1a\n", "PNG"),
    ],
)
def test_files_that_are_no_articles(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    assert reason in only_reason(write(tmp_path, name, content))


def test_dates_that_are_not_understood_are_told_once(tmp_path: Path) -> None:
    given = [{"text": "x", "published": day} for day in ("03/04/2025", "soon", None, float("nan"), "2025-11-27")]
    *read, notice = read_file(write(tmp_path, "a.jsonl", lines(*given)))
    assert [item.published for item in read if isinstance(item, Article)] == [None] * 4 + [date(2025, 11, 27)]
    assert isinstance(notice, Notice)
    assert notice.text.startswith("2 like")
    assert "#row 1" in notice.text


def test_a_row_that_is_too_long_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "ROW_LIMIT", 1000)
    for length in (998, 1000, 1001, 1010, 5000):
        path = write(tmp_path, "a.jsonl", lines({"text": "x" * (length - len('{"text": ""}'))}, {"text": "Two."}))
        first, second = read_file(path)
        assert isinstance(first, Article) == (length <= 1000)
        assert isinstance(second, Article)
        assert isinstance(first, Article) or first.source.endswith("#row 1")


def test_a_text_that_is_too_long_for_one_article_is_skipped(tmp_path: Path) -> None:
    assert "split it" in only_reason(write(tmp_path, "a.json", json.dumps({"text": "word " * 4_000_001})))


def test_packed_rows_are_read_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        for n in range(200):
            stream.write(json.dumps({"text": f"Ship {n} left. " * 10_000}) + "\n")
    list(read_file(write(tmp_path, "b.jsonl", lines(NEWS_API))))  # loads the model that tells languages
    tracemalloc.start()
    assert sum(isinstance(item, Article) for item in itertools.islice(read_file(path), 200)) == 200
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000  # bytes; the rows take 30 MB


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_rows_say_how_large_they_are_and_where_they_stand(tmp_path: Path, suffix: str) -> None:
    told: list[tuple[int, str]] = []

    def telling(
        work: Callable[..., Any], items: Iterable[Any], size: Callable[..., int], name: Callable[..., str]
    ) -> Iterator[Any]:
        for item in items:
            told.append((size(item), name(item)))
            yield work(item)

    given = [{"text": "Ships left."}, {"text": "Ships left. " * 50_000}, {"text": "No.", "more": [["x" * 300_000]]}]
    path = write(tmp_path, f"a{suffix}", json.dumps(given) if suffix == ".json" else lines(*given))
    list(read_file(path, parallel_map=telling))
    assert [name.rpartition("/")[2] for _, name in told] == [f"a{suffix}#row 2", f"a{suffix}#row 3"]
    assert [round(size, -4) for size, _ in told] == [600_000, 300_000]


def test_rows_before_a_fault_are_read_also_where_rows_are_taken_ahead(tmp_path: Path) -> None:
    def at_once(
        work: Callable[..., Any], items: Iterable[Any], size: Callable[..., int], name: Callable[..., str]
    ) -> Iterator[Any]:
        return iter([work(item) for item in sorted(items, key=lambda row: (row.number, size(row), name(row)))])

    data = gzip.compress(lines(*({"text": f"Ship {n} left."} for n in range(5000))).encode())
    path = write(tmp_path, "a.jsonl.gz", data[:-500])
    assert list(read_file(path, parallel_map=at_once)) == list(read_file(path))


def test_damaged_packed_rows_end_with_a_reason(tmp_path: Path) -> None:
    data = gzip.compress(lines(*({"text": f"Ship {n} left."} for n in range(5000))).encode())
    *read, last = read_file(write(tmp_path, "a.jsonl.gz", data[:-500]))
    assert len(read) > 100
    assert isinstance(last, Skipped)
    assert "ends too early" in last.reason
    assert "not valid gzip" in only_reason(write(tmp_path, "b.jsonl.gz", "plain"))


def test_a_file_made_to_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_document, "UNPACKED_FREELY", 1_000_000)
    path = write(tmp_path, "a.jsonl.gz", gzip.compress(b'{"text": "' + b" " * 10_000_000 + b'"}'))
    assert "200 times its size" in only_reason(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda v: (
            st.lists(v)
            | st.dictionaries(
                st.sampled_from(["text", "body", "title", "date", "source", "author", "url", "id", "data", "items"])
                | st.text(),
                v,
            )
        ),
    )
)
def test_any_json_gives_articles_or_reasons(tmp_path: Path, value: Any) -> None:
    for name, content in (("a.json", json.dumps(value)), ("a.jsonl", json.dumps(value) + "\n")):
        items = list(read_file(write(tmp_path, name, content)))
        assert items
        for item in items:
            assert item.id if isinstance(item, Article) else "\n" not in item.source


@pytest.mark.parametrize("piece", ['\\"', '",', ", ", '"', "{", "]}"])
def test_mending_commas_takes_linear_time(piece: str) -> None:
    start = time.process_time()
    without_trailing_commas(f'["{piece * 300_000}')
    assert time.process_time() - start < 3
