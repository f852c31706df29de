"""Words that the end of a line parts."""

from __future__ import annotations

import pytest

from assistant.articles.formats.pdf import LineHyphens

COMPOUNDS = [
    "well-/known", "vice-/president", "self-/made", "Oslo-/based", "ex-/minister", "mother-in-/law", "15-/year-old",
    "three-year-/old", "up-/to-date", "Anglo-/Saxon", "e-/mail", "twenty-/five", "long-/term", "high-/speed",
    "co-/founder", "semi-/final", "state-of-the-/art", "post-/war", "half-/empty", "two-/thirds",
    "by-/election", "decision-/making", "so-/called", "UN-/backed", "EU-/wide", "British-/led", "COVID-/19", "£3-/4m",
    "would-/be", "runner-/up", "coal-/fired", "law-/abiding", "middle-/class", "10-/12", "cost-/effective", "know-/how",
]  # fmt: skip
WORDS = [
    "kro-/ner", "sus-/pended", "un-/known", "part-/ner", "govern-/ment", "self-/ish", "high-/way", "short-/age",
    "ad-/minister", "wo-/man", "long-/er", "anti-/cipate", "pro-/ducers", "ex-/pected", "fisher-/man", "state-/ment",
    "film-/making", "GOVERN-/MENT", "under-/taking", "world-/wide", "part-/ies", "island-/ers", "home-/made",
    "over-/turned", "re-/opened", "coun-/selling", "with-/drawn", "six-/teen", "hard-/ware", "har-/bour",
]  # fmt: skip


@pytest.mark.parametrize("parted", COMPOUNDS)
def test_the_hyphen_of_a_compound_stays(parted: str) -> None:
    above, below = f"The talk was of a {parted} thing".split("/")
    assert LineHyphens([above, below]).joined(above, below) == above + below


@pytest.mark.parametrize("parted", WORDS)
def test_the_hyphen_of_the_line_goes(parted: str) -> None:
    above, below = f"The talk was of a {parted} thing".split("/")
    assert LineHyphens([above, below]).joined(above, below) == above.removesuffix("-") + below


def test_the_words_of_the_document_come_first() -> None:
    assert LineHyphens(["a river-boat came", "the river-", "boat"]).joined("the river-", "boat") == "the river-boat"
    assert LineHyphens(["the longterm plan", "a long-", "term"]).joined("a long-", "term") == "a longterm"
    assert LineHyphens(["harbours sink", "har-", "bours"]).joined("har-", "bours") == "harbours"


@pytest.mark.parametrize(("above", "below"), [("of two-", "and three-year terms"), ("The end -", "at last")])
def test_what_is_no_parted_word_stays_apart(above: str, below: str) -> None:
    assert LineHyphens([above, below]).joined(above, below) == f"{above} {below}"


def test_a_soft_hyphen_is_never_part_of_a_word() -> None:
    assert LineHyphens([]).joined("well\u00ad", "known") == "wellknown"
