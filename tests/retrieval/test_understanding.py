"""How a question is understood: the sides that a comparison sets beside each other."""

from __future__ import annotations

from datetime import date

from assistant.english.broad_questions import wish_of
from assistant.library.library import Library
from assistant.records import Filters
from assistant.retrieval.understanding import Side, sides_of


def test_a_limit_to_an_outlet_holds_for_a_comparison_in_any_case(library: Library) -> None:
    wish = wish_of("How did the Courant and Orrin Wire report the bridge?")
    sides = sides_of(library, wish, asked_on=date(2025, 5, 1), filters=Filters(outlets=("the COURANT",)))
    assert sides == (Side("The Courant", Filters(outlets=("The Courant",))), Side("Orrin Wire", None))
