from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.safe_text import safe, well_formed

FORBIDDEN = {"Cc", "Cs"}
HIDING = "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("\x1b]52;c;aGVsbG8=\x07", "�]52;c;aGVsbG8=�"),  # writes to the clipboard
        ("\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "�]8;;http://evil.example�\\link�]8;;�\\"),
        ("\x9b2J\x90q\x7f\x00\b", "�2J�q���"),  # the same commands as single C1 bytes, DEL, NUL, backspace
        ("pay \u202e001\u202c now \u2066x\u2069\u200f", "pay 001 now x"),
        ("pass\u200bword\ufeff\u2060", "password"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("half \ud83d pair", "half � pair"),
        ("one\ttwo\r\nthree\u2028four\v\ffive", "one two three four five"),
    ],
)
def test_nothing_that_moves_hides_or_reorders_reaches_the_screen(hostile: str, shown: str) -> None:
    assert safe(hostile) == shown


@pytest.mark.parametrize("text", ["[bold]x[/bold]", "[s1] [sic] [1]", ":smile:", "a & b <c> {d} \\n", "日本語 العربية"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize("text", ["می\u200cخواهم", "👩\u200d👩\u200d👧", "क्\u200dष", "❤\ufe0f\u200d🔥"])
def test_joiners_stay_where_a_script_or_an_emoji_needs_them(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize("text", ["se\u200dcret", "a\u200c", "\u200db", "x \u200d y", "12\u200c3"])
def test_joiners_elsewhere_are_left_out(text: str) -> None:
    assert "\u200c" not in safe(text)
    assert "\u200d" not in safe(text)


def test_line_breaks_stay_when_lines_are_wanted() -> None:
    assert safe("one\r\ntwo\n\nthree\u2029four\tfive\x1b", lines=True) == "one\ntwo\n\nthree\nfour five�"


@given(st.text(), st.booleans())
def test_no_text_gets_a_control_character_through(text: str, lines: bool) -> None:
    shown = safe(text, lines=lines)
    left = {c for c in shown if unicodedata.category(c) in FORBIDDEN or c in HIDING}
    assert left <= ({"\n"} if lines else set())


@given(st.text())
def test_safe_text_is_not_changed_again(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@given(st.text(alphabet=st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010, categories=("Cs", "Co", "Lo"))))
def test_well_formed_text_can_always_be_written(text: str) -> None:
    assert well_formed(text).encode("utf-8").decode("utf-8") == well_formed(text)
