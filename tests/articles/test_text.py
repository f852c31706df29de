"""Decoding and normalisation: what is stored is clean, the same every time, and never nonsense in silence."""

import textwrap
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.articles import read_file
from assistant.articles.charsets import decode
from assistant.articles.text import UnreadableError, normalise, one_line, unwrap
from assistant.english.sentences import split_sentences
from assistant.records import Article

# Letters, and often what normalisation has to deal with; lone surrogates included.
HARD = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs"]),
        st.sampled_from("\r\n\v\f\x85\u2028\u2029 \t\xa0\u2000\u3000\ufeff\ufffe\ufdd0\U0001fffe\x00\x1c\x7f"),
        st.sampled_from("e\u0301\u0316\u0344\u0338\u1100\u1161\u11a8\u212b\u200b\u202e"),
    ),
    max_size=60,
)


@given(HARD)
@example("\r\r\n\n")
@example("a \u2028\t\x00\n b")
@example("e" + "\u0301\u0316" * 40)
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    once.encode("utf-8")


@given(HARD)
def test_normalised_text_has_the_promised_form(text: str) -> None:
    clean = normalise(text)
    assert clean == clean.strip()
    assert "\n\n\n" not in clean
    assert all(line == line.rstrip() for line in clean.split("\n"))
    assert not [c for c in clean if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    assert unicodedata.is_normalized("NFC", clean)


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1))
def test_words_survive(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_break_becomes_a_line_feed(line_break: str) -> None:
    assert normalise(f"one {line_break}two{line_break * 4}three") == "one\ntwo\n\nthree"


def test_what_a_reader_needs_stays() -> None:
    kept = "a\tb \u202eright to left\u202c zero\u200bwidth \U0001f600 naïve “quoted” 5\xa0km"
    assert normalise(kept) == kept


def test_the_limit_of_marks_leaves_real_words_alone() -> None:
    word = "Tiê\u0301ng Viê\u0323t"
    assert normalise(word) == unicodedata.normalize("NFC", word)
    assert len(normalise("e" + "\u0316\u0301" * 100)) <= 32


@pytest.mark.parametrize(
    "hostile",
    [
        "a" + "\u0301\u0316" * 150_000,
        " " * 300_000 + "x" + " \n" * 150_000,
        "\u0344" * 300_000,
        "\r\v" * 150_000,
        "x\x00" * 150_000,
    ],
)
def test_hostile_text_takes_linear_time(hostile: str) -> None:
    start = time.process_time()
    normalise(hostile)
    assert time.process_time() - start < 2  # measured 0.05 s; quadratic ordering of marks took over a minute


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")))
def test_unicode_files_come_back(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_big_endian_marks_are_understood() -> None:
    assert decode(b"\xfe\xff" + "Zürich".encode("utf-16-be")) == "Zürich"
    assert decode(b"\x00\x00\xfe\xff" + "Zürich".encode("utf-32-be")) == "Zürich"


def test_old_western_files_are_windows_1252() -> None:
    assert decode("“Café” – it cost €5, he said".encode("cp1252")) == "“Café” – it cost €5, he said"


def test_damaged_utf8_stays_utf8() -> None:
    data = "“Café” – it cost €5, he said".encode()
    assert decode(data + b"\xe2\x80") == "“Café” – it cost €5, he said\ufffd"


def test_other_scripts_are_not_garbled() -> None:
    assert decode("Председатель правительства сообщил".encode("koi8-r")) == "Председатель правительства сообщил"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n%text", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x7fELF", "program"),
        (b"some\x00thing", "zero bytes"),
        (b"\x01\x02\x03\x04abc", "control characters"),
        (b"\xff\xfea", "damaged"),
    ],
)
def test_binary_data_is_refused_with_its_name(data: bytes, name: str) -> None:
    with pytest.raises(UnreadableError, match=name):
        decode(data)


@given(st.binary())
def test_any_bytes_give_text_or_a_reason(data: bytes) -> None:
    try:
        normalise(decode(data)).encode("utf-8")
    except UnreadableError as err:
        assert "\n" not in str(err)


@given(HARD, st.integers(5, 50))
def test_one_line_is_one_short_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split())
    assert one_line(line, limit) == line


def test_one_line_shows_that_it_was_cut() -> None:
    assert one_line(" Port\r\n reopens\x1b[31m ") == "Port reopens[31m"
    assert one_line("word " * 100, 10) == "word word…"


FIRST = (
    "The harbour board of Orrin voted late on Monday to close the old swing bridge for a year, after divers found that "
    "two of its four piers had shifted. Traders on the quay said nobody had warned them."
)
SECOND = "The board's chair, Ilka Brandt, said the work would cost about nine million crowns and would start in May."


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_wrapped_paragraphs_become_what_they_were(width: int) -> None:
    wrapped = "\n\n".join(textwrap.fill(part, width, break_on_hyphens=False) for part in (FIRST, SECOND))
    assert unwrap(wrapped) == f"{FIRST}\n\n{SECOND}"


def test_a_wrapped_clipping_is_stored_in_whole_sentences(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "clipping.txt"
    file.write_text(f"Date: 2025-03-04\n\n{textwrap.fill(FIRST, 60)}\n", encoding="utf-8")
    (article,) = (found for found in read_file(file) if isinstance(found, Article))
    assert [article.text[s.start : s.end].strip() for s in split_sentences(article.text)] == [
        FIRST[: FIRST.index("Traders")].strip(),
        FIRST[FIRST.index("Traders") :],
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}\n{SECOND}",  # paragraphs of one long line each
        "Key findings:\n- Sales rose by four per cent in the year\n- Margins fell\n- No dividend will be paid\n- End",
        "One short line\nAnother short line of some more words here\nA third\nA fourth",
        "Roses are red\nViolets are blue\nSugar is sweet\nAnd so are you",
        "",
    ],
)
def test_what_was_not_wrapped_stays_as_it_is(text: str) -> None:
    assert unwrap(text) == text


@given(st.text(alphabet=st.sampled_from("ab \n."), max_size=300))
def test_only_line_breaks_and_spaces_change(text: str) -> None:
    assert unwrap(text).split() == text.split()
