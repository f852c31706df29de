from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.articles import read_file
from assistant.articles.build import Notice
from assistant.articles.formats import docx as reader
from assistant.articles.formats.docx import read_docx
from assistant.articles.text import UnreadableError
from assistant.records import Article, Skipped
from tests.articles import write
from tests.samples import PARAGRAPHS, docx, zipped
from tests.samples import docx_paragraph as p

HEADINGS = (
    '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Own"><w:name w:val="Our heads"/><w:basedOn w:val="berschrift1"/></w:style>'
    '<w:style w:styleId="Bullets"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>'
    '</w:style><w:style w:styleId="V1"><w:name w:val="toc 1"/></w:style>'
)
SEEN = '<w:vanish w:val="0"/>'


def text_of(body: str) -> str:
    return read_docx(docx(body)).text


def run(words: str, marks: str = "") -> str:
    return f"<w:r><w:rPr>{marks}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def test_paragraphs_headings_lists_and_the_facts_of_the_document(tmp_path: Path) -> None:
    body = "".join(
        (
            p("Contents", style="V1"),
            p("Harbour reopens", style="Own"),
            p(PARAGRAPHS[0]),
            p("Forty ships left", style="Bullets"),
            p("Two stayed", marks='<w:numPr><w:numId w:val="1"/></w:numPr>'),
        )
    )
    core = "<dc:creator>Maria Lind</dc:creator><dcterms:modified>2025-11-27T10:00:00Z</dcterms:modified>"
    article, notice = read_file(write(tmp_path, "a.docx", docx(body, styles=HEADINGS, core=core)))
    assert isinstance(article, Article)
    assert article.title == "Harbour reopens"
    assert article.authors == ("Maria Lind",)
    assert article.published is None, "the day on which it was saved is no day of publication"
    assert article.text.split("\n\n") == ["Harbour reopens", PARAGRAPHS[0], "- Forty ships left", "- Two stayed"]
    assert isinstance(notice, Notice)
    assert "saved on 2025-11-27" in notice.text


def test_tracked_changes_are_read_as_accepted() -> None:
    body = (
        f"<w:p>{run('The council ')}<w:del w:id='1'>{run('never ').replace('w:t', 'w:delText')}{run('seldom ')}</w:del>"
        f"<w:ins w:id='2'>{run('at last ')}</w:ins>{run('approved it.')}"
        f"<w:moveFrom>{run('It rained.')}</w:moveFrom></w:p>"
        f"<w:p><w:pPr><w:rPr><w:del w:id='3'/></w:rPr><w:pPrChange><w:pPr><w:pStyle w:val='Own'/></w:pPr></w:pPrChange>"
        f"</w:pPr>{run('The ferry ')}</w:p><w:p>{run('left.')}</w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del w:id='4'/></w:trPr><w:tc>{p('A row taken out')}</w:tc></w:tr>"
        f"<w:tr><w:tc>{p('Orrin')}</w:tc><w:tc>{p('4,000 people')}</w:tc>"
        f"<w:tc><w:tcPr><w:cellDel w:id='5'/></w:tcPr>{p('A cell taken out')}</w:tc></w:tr></w:tbl>"
    )
    article = read_docx(docx(body, styles=HEADINGS))
    assert article.text.split("\n\n") == [
        "The council at last approved it.",
        "The ferry left.",
        "Orrin",
        "4,000 people",
    ]


def test_what_no_reader_sees_is_left_out() -> None:
    box = f"<w:txbxContent>{p('A box.')}</w:txbxContent>"
    body = (
        f"<w:p>{run('Ships left.')}{run(' Secret.', '<w:vanish/>')}{run(' At noon.', SEEN)}"
        "<w:r><w:instrText>HYPERLINK x</w:instrText></w:r><w:r><w:footnoteReference w:id='1'/></w:r></w:p>"
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('Click to enter text')}</w:sdtContent></w:sdt>"
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p('Filled in.')}</w:sdtContent></w:sdt>"
    )
    parts = {"word/footnotes.xml": f"<w:footnotes>{p('A source')}</w:footnotes>", "word/header1.xml": p("Head")}
    article = read_docx(docx(body, parts=parts))
    assert article.text.split("\n\n") == ["Ships left. At noon.", "A box.", "Filled in."]
    assert article.left_out == "has footnotes (1), which were left out"


def test_the_main_part_is_where_the_list_of_relations_says() -> None:
    relations = '<Relationships><Relationship Target="/word/document2.xml" Type="x/officeDocument"/></Relationships>'
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    other = f"<w:document {strict}><w:body>{p('Ships left.')}</w:body></w:document>"
    assert read_docx(docx(p("Old."))).text == "Old."
    assert (
        read_docx(docx(p("Old."), parts={"_rels/.rels": relations, "word/document2.xml": other})).text == "Ships left."
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0 old", "before 2007"),
        (b"PK\x03\x04 cut off", "damaged"),
        (zipped({"a.txt": b"Ships left."}), "no Word document"),
        (docx(""), "holds no text"),
        (docx(p("Ships left.")).replace(b"PK\x05\x06", b"PK\x05\x07"), "damaged"),
        (docx("", parts={"word/document.xml": '<!DOCTYPE w [<!ENTITY a "aaaa">]><w>&a;</w>'}), "damaged"),
        (
            docx("", parts={"word/document.xml": '<?xml version="1.0"?><!DOCTYPE w SYSTEM "file:///etc/passwd"><w/>'}),
            "damaged",
        ),
        (
            docx("", parts={"word/document.xml": '<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'.encode("utf-16")}),
            "damaged",
        ),
        (docx("", parts={"word/document.xml": b"<a>" * 100_000}), "damaged"),
        (docx("", parts={"word/document.xml": b"<a>" + b" " * 100_000_001}), "unpacks to more"),
    ],
)
def test_what_cannot_be_read_ends_in_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read_docx(data)


def test_a_part_of_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_ELEMENTS", 100)
    assert text_of(p("Ships left.")) == "Ships left."
    with pytest.raises(UnreadableError, match="too many elements"):
        text_of(p("Ships left.") * 100)


def test_a_draft_and_an_article_are_read_by_the_same_reader(tmp_path: Path) -> None:
    path = write(tmp_path, "in.zip", zipped({"a.docx": docx(p(PARAGRAPHS[0])), "b.docx": b"PK"}))
    article, skipped = read_file(path)
    assert isinstance(article, Article)
    assert (article.source, article.text) == (f"{path.as_posix()}#a.docx", PARAGRAPHS[0])
    assert isinstance(skipped, Skipped)


_WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)


@settings(max_examples=40)
@given(st.lists(st.tuples(_WORDS, st.booleans()), min_size=1, max_size=12))
def test_all_that_stands_is_text_and_nothing_that_was_deleted(runs: list[tuple[str, bool]]) -> None:
    paragraphs = [
        f"<w:del>{p(words)}</w:del>" if deleted else p(words)
        for words, deleted in (
            (f"kept{n} {w}" if not gone else f"gone{n} {w}", gone) for n, (w, gone) in enumerate(runs)
        )
    ]
    kept = [f"kept{n} {words}" for n, (words, gone) in enumerate(runs) if not gone]
    if not kept:
        with pytest.raises(UnreadableError, match="no text"):
            text_of("".join(paragraphs))
        return
    assert [re.sub(r"\s+", " ", block) for block in text_of("".join(paragraphs)).split("\n\n")] == kept
