"""Typing errors and other forms of words, against an index of a few words."""

from collections.abc import Sequence

import pytest

from assistant.library import analysis
from assistant.retrieval.spelling import corrected_spelling, is_mistyped_question_word, other_forms

WORDS = (
    "bridge Pellin closed ferry mayor resigned harbour council engineers museum airport expansion fell profits rose "
    "sold quarry parliament government election vehicles passengers school budget iraq festival investigation thrown "
    "Grell Boot"
)


class FewWords:
    """Holds the terms of `WORDS`."""

    held = frozenset(analysis.terms(WORDS))

    def frequency(self, term: str) -> int:
        """One passage for each term."""
        return int(term in self.held)

    def terms_beginning(self, prefix: str) -> dict[str, int]:
        """The terms that begin so."""
        return {term: 1 for term in self.held if term.startswith(prefix)}


def corrected(question: str) -> list[str]:
    return [corrected_spelling(term, question, FewWords()) for term in analysis.terms(question)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pelin brige closd", "Pellin bridge close"),
        ("birdge brigde", "bridge bridge"),
        ("mayro resigend", "mayor resigned"),
        ("harbuor hrabour", "harbour harbour"),
        ("counicl museeum airprot", "council museum airport"),
        ("expantion proffits quary", "expansion profits quarry"),
        ("goverment electoin vehicels", "government election vehicles"),
        ("pasengers shcool budgte", "passengers school budget"),
        ("paliament fesival investigaton", "parliament festival investigation"),
    ],
)
def test_several_mistyped_words_are_corrected(typed: str, meant: str) -> None:
    assert corrected(typed) == analysis.terms(meant)


@pytest.mark.parametrize(("typed", "meant"), [("Grel", "Grell"), ("Bot", "Boot"), ("Gral", ""), ("grel", "")])
def test_a_short_name_is_corrected_by_a_doubled_letter_alone(typed: str, meant: str) -> None:
    assert corrected(typed) == [meant.lower()]


@pytest.mark.parametrize("typed", ["iran", "Oslo", "Varga", "Electra", "zebra", "cat"])
def test_other_words_stay(typed: str) -> None:
    assert corrected(typed) == [""]


@pytest.mark.parametrize(
    ("typed", "is_one"), [("wehn", True), ("whta", True), ("wich", True), ("Wham", False), ("iran", False)]
)
def test_question_words_may_be_mistyped(typed: str, is_one: bool) -> None:
    assert is_mistyped_question_word(analysis.terms(typed)[0], typed) == is_one


@pytest.mark.parametrize(
    ("asked", "forms"), [("fall", ["fell"]), ("sell rise", ["rose", "sold"]), ("throw", ["thrown"]), ("choose", [])]
)
def test_other_forms_are_those_that_some_article_holds(asked: str, forms: Sequence[str]) -> None:
    found = other_forms(analysis.terms(asked), FewWords())  # type: ignore[arg-type]
    assert sorted(found) == sorted(analysis.terms(" ".join(forms)))
