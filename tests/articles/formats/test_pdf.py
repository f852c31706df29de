"""PDF files: paragraphs instead of lines, and only a day that the article names."""

from datetime import date
from pathlib import Path

import pytest

from assistant.articles import Notice, read_file
from assistant.articles.formats import pdf_worker
from assistant.articles.formats.pdf import LIGATURES, rejoined, without_marks_of_notes
from assistant.records import Article
from tests.articles import only_article, only_reason, write
from tests.samples import pdf

LINES = (
    "Eastport harbour reopens",
    "EASTPORT, 27 November 2025 - The harbour of Eastport reopened on Tuesday after a storm had",
    "closed it for nine days, the port authority said. Forty ships left in the first hours, and offi-",
    "cials expect the rest of the backlog to be cleared by the weekend.",
    "A new breakwater would keep the harbour open in such weather, engineers told reporters after",
    "the meeting. It would cost 12 million.",
)


def test_lines_become_paragraphs_and_parted_words_whole(tmp_path: Path) -> None:
    article = only_article(write(tmp_path, "a.pdf", pdf([LINES])))
    title, first, second = article.text.split("\n\n")
    assert (article.title, title) == ("Eastport harbour reopens", "Eastport harbour reopens")
    assert first.endswith("and officials expect the rest of the backlog to be cleared by the weekend.")
    assert second.startswith("A new breakwater") and second.endswith("the meeting. It would cost 12 million.")
    assert article.published == date(2025, 11, 27)


def test_what_repeats_at_the_edge_of_the_pages_goes(tmp_path: Path) -> None:
    pages = [("The Harbour News, 27.11.2025", f"Ship number {n} left the harbour.", f"Page {n}") for n in range(1, 6)]
    text = only_article(write(tmp_path, "a.pdf", pdf(pages))).text
    assert "Ship number 3 left" in text
    assert "Harbour News" not in text
    assert "Page" not in text


def test_compounds_keep_their_hyphen(tmp_path: Path) -> None:
    lines = (
        "It is well known that the engineer is well liked, and the plan was known to be made with a well-",
        "known firm of builders, which is known for its harbours along the whole of the northern coast.",
    )
    assert "a well-known firm" in only_article(write(tmp_path, "a.pdf", pdf([lines]))).text


def test_a_paragraph_that_a_column_or_a_page_parts_is_one_again() -> None:
    hanging = "The harbour reopened on Tuesday, and the first of the ships left in\n\nApril, the port said."
    assert rejoined(hanging).endswith("the ships left in April, the port said.")
    small = "Nobody knew for how long the harbour had been\n\nclosed before that.\n\nIt rained."
    assert rejoined(small) == "Nobody knew for how long the harbour had been closed before that.\n\nIt rained."
    for apart in (
        "What the city says\n\nthe council met.",
        "The harbour of Eastport reopened again today\n\nShips left",
    ):
        assert rejoined(apart) == apart


def test_ligatures_are_letters() -> None:
    assert "traﬃc oﬃcer ﬁrst".translate(LIGATURES) == "traffic officer first"


def test_the_mark_of_a_footnote_is_no_part_of_the_sentence() -> None:
    text = "It reopened, the mayor said.1 Forty left in version 2.1 of the plan.3\n\n1 In an interview."
    kept = "It reopened, the mayor said. Forty left in version 2.1 of the plan.3\n\n1 In an interview."
    assert without_marks_of_notes(text) == kept, "there is no footnote 3"


def test_the_day_on_which_the_file_was_made_is_no_day_of_publication(tmp_path: Path) -> None:
    content = pdf([("The harbour reopened after a storm.",)], created="D:20251128093000Z")
    article, notice = read_file(write(tmp_path, "a.pdf", content))
    assert isinstance(article, Article) and article.published is None
    assert isinstance(notice, Notice) and "made on 2025-11-28" in notice.text


def test_a_day_in_the_name_counts_and_is_told(tmp_path: Path) -> None:
    article, notice = read_file(
        write(tmp_path, "2025-11-27-harbour.pdf", pdf([("The harbour reopened after a storm.",)]))
    )
    assert isinstance(article, Article) and article.published == date(2025, 11, 27)
    assert isinstance(notice, Notice) and "the file's name" in notice.text


def test_pictures_of_pages_are_told_with_the_remedy(tmp_path: Path) -> None:
    assert "ocrmypdf" in only_reason(write(tmp_path, "a.pdf", pdf([(), ()])))


@pytest.mark.parametrize("content", [b"%PDF-1.4\n", b"%PDF-1.7\n" + b"\xff" * 5000, pdf([LINES])[:400], b"plain text"])
def test_damaged_files_are_told(tmp_path: Path, content: bytes) -> None:
    assert "damaged" in only_reason(write(tmp_path, "a.pdf", content))


def test_a_file_that_loops_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.articles.formats.pdf._SECONDS", 0.01)
    assert "takes over" in only_reason(write(tmp_path, "a.pdf", pdf([LINES])))


def test_a_stream_that_unpacks_to_gigabytes_costs_a_reason(tmp_path: Path) -> None:
    import zlib

    bomb = zlib.compress(b"BT (x) Tj ET\n" * 10_000_000, 9)  # 130 MB from 130 kB
    content = pdf([("x",)])
    at = content.index(b"/Filter")
    end = content.index(b"endstream")
    bombed = (
        content[:at] + f"/Filter /FlateDecode /Length {len(bomb)} >>\nstream\n".encode() + bomb + b"\n" + content[end:]
    )
    assert only_reason(write(tmp_path, "a.pdf", bombed))


def test_extraction_reads_the_facts() -> None:
    held = pdf_worker.extract(pdf([LINES], title="Harbour", created="D:20251128093000Z"))
    assert (held["title"], held["created"], len(held["pages"])) == ("Harbour", "2025-11-28", 1)
