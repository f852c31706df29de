"""Notices are told by their wording; a line that only mentions a correction is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles.corrections import CorrectionKind, find_corrections


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Correction: The bridge carries 32,000 vehicles a day.", CorrectionKind.CORRECTION),
        ("CORRECTION (March 8): The bridge carries 32,000 vehicles.", CorrectionKind.CORRECTION),
        ("Correction, March 8: The bridge carries 32,000 vehicles.", CorrectionKind.CORRECTION),
        ("Editor’s note: An earlier version of this article gave a wrong reading.", CorrectionKind.CORRECTION),
        ("This article was amended on 9 March. The unit was wrong.", CorrectionKind.CORRECTION),
        ("*This story has been corrected to say that the bridge is open.*", CorrectionKind.CORRECTION),
        ("Clarification: The offer is for all shares.", CorrectionKind.CLARIFICATION),
        ("This story has been updated to clarify who made the offer.", CorrectionKind.CLARIFICATION),
        ("Retraction: We withdraw our report on the bridge.", CorrectionKind.RETRACTION),
        ("Editor’s note: This article has been retracted.", CorrectionKind.RETRACTION),
        ("Berichtigung: Die Brücke trägt 32.000 Fahrzeuge.", CorrectionKind.CORRECTION),
    ],
)
def test_a_notice_and_its_kind(line: str, kind: CorrectionKind) -> None:
    text = f"The bridge is open.\n\n{line}"
    (notice,) = find_corrections(text)
    assert (notice.kind, text[notice.start : notice.end]) == (kind, line)


@pytest.mark.parametrize(
    "line",
    [
        "This story has been updated with additional reporting.",
        "A version of this story appeared in our newsletter.",
        "The correction of the river bed took two years.",
        "“That is correct,” said Varga.",
        "The minister retracted his remark on Monday.",
        "The company removed the article from its shelves.",
        "Correct.",
        "",
    ],
)
def test_what_takes_nothing_back_is_no_notice(line: str) -> None:
    assert find_corrections(f"The bridge is open.\n{line}") == ()


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    for notice in find_corrections(text):
        assert 0 <= notice.start < notice.end <= len(text)
