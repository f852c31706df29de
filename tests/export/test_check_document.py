from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from assistant.drafts.check_report import (
    CheckedClaim,
    CheckedQuotation,
    CheckedSentence,
    CheckReport,
    Differing,
    DraftVerdict,
    QuotationVerdict,
    SentenceKind,
)
from assistant.export.check_document import FORMATS, check_file
from assistant.export.target import Format
from assistant.json_form import from_json
from assistant.records import Filters
from tests.fakes import hostile
from tests.fakes.evidence import evidence

TEXT = "The bridge opened in 1971. Is that so? “We wait,” Lind said."
OPENED = evidence("The bridge, opened in 1961, carries 23,000 vehicles.")
WAITS = evidence("“We hurry,” Ms. Lind said.", name="b")


def report(text: str = TEXT, words: str = "1971") -> CheckReport:
    first = CheckedClaim(
        text=text[:26],
        start=0,
        end=26,
        read_as=text[:26],
        verdict=DraftVerdict.CONTRADICTED,
        evidence=(OPENED,),
        differing=(Differing(kind="day", said=words, archive="1961", evidence=OPENED),),
    )
    said = CheckedQuotation(
        text="We wait,", start=40, end=48, verdict=QuotationVerdict.ALTERED, archive_words="We hurry", evidence=WAITS
    )
    last = CheckedClaim(
        text=text[39:],
        start=39,
        end=len(text),
        read_as="“We wait,” Maria Lind said.",
        verdict=DraftVerdict.MISQUOTED,
        evidence=(WAITS,),
        quotations=(said,),
    )
    return CheckReport(
        title="A draft",
        text=text,
        dated=date(2025, 4, 20),
        filters=Filters(),
        articles=31,
        sentences=(
            CheckedSentence(start=0, end=26, kind=SentenceKind.CLAIM, claims=(first,)),
            CheckedSentence(start=27, end=38, kind=SentenceKind.QUESTION),
            CheckedSentence(start=39, end=len(text), kind=SentenceKind.CLAIM, claims=(last,)),
        ),
        counts={verdict.value: int(verdict in (first.verdict, last.verdict)) for verdict in DraftVerdict},
    )


@pytest.mark.parametrize("form", [Format.HTML, Format.MARKDOWN])
def test_a_file_has_the_draft_and_beside_it_what_the_archive_says(form: Format) -> None:
    shown = " ".join(html.unescape(re.sub(r"<[^>]+>|\\", " ", check_file(report(), form))).split())
    for part in ("The bridge opened in 1971.", "Is that so?", "1961", "We hurry", "Orrin Wire", "4 Mar 2025"):
        assert part in shown
    assert "2 claims: 1 contradicted, 1 misquoted" in shown
    assert "read as: “We wait,” Maria Lind said." in shown


def test_the_page_can_be_filtered_by_the_verdicts_that_it_has_and_loads_nothing() -> None:
    page = check_file(report(), Format.HTML)
    assert re.findall(r'type="radio" name="show" id="show-([a-z-]+)"', page) == ["all", "contradicted", "misquoted"]
    assert "<script" not in page
    assert "default-src 'none'" in html.unescape(page)
    for name in ("contradicted", "misquoted"):
        assert f"#show-{name}:checked ~ .draft .row:not(.{name})" in page


def test_json_is_read_back() -> None:
    import json

    assert from_json(CheckReport, json.loads(check_file(report(), Format.JSON))) == report()


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_hostile_becomes_active(form: Format) -> None:
    trap = f"<script>alert(1)</script> {hostile.ALL}"
    shown = check_file(replace(report(words=trap), title=trap), form)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    if form is not Format.JSON:
        assert "<script" not in shown
