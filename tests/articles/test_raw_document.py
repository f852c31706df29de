"""Lines and limits: right for every cut into chunks, and never more than what is allowed."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles import raw_document
from assistant.articles.raw_document import Allowance, Bounded, TooMuchError, filled_lines, read_bounded
from assistant.articles.text import SizeLimit, UnreadableError


class Dripping(io.BytesIO):
    """Gives a few bytes at a time."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read(3)

    read = read1


@given(st.text(alphabet="ab \n\t", max_size=60), st.integers(1, 8))
def test_lines_are_those_of_the_text_whatever_the_chunks(text: str, limit: int) -> None:
    expected = [
        (number, line.encode() if len(line) <= limit else None)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip() or len(line) > limit
    ]
    for stream in (io.BytesIO(text.encode()), Dripping(text.encode())):
        found = [tuple(line) for line in filled_lines(stream, limit)]
        blank_but_long = [line for line in found if line[1] is None and line not in expected]
        assert not blank_but_long
        assert [line for line in found if line[1]] == [line for line in expected if line[1]]


def test_a_hundred_megabytes_of_empty_lines_take_seconds_at_most() -> None:
    began = time.process_time()
    assert [line.number for line in filled_lines(io.BytesIO(b"\n" * 100_000_000 + b"x"), 10)] == [100_000_001]
    assert time.process_time() - began < 5


def test_a_line_that_never_ends_is_not_kept() -> None:
    long, short = filled_lines(io.BytesIO(b"x" * 30_000_000 + b"\nab\n"), 1000)
    assert (long.data, short) == (None, (2, b"ab"))


def test_an_allowance_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_document, "UNPACKED_FREELY", 100)
    allowance = Allowance(0)
    assert Bounded(io.BytesIO(b"x" * 60), allowance).read() == b"x" * 60
    with pytest.raises(TooMuchError):
        Bounded(io.BytesIO(b"x" * 60), allowance).read()


def test_reading_whole_never_holds_more_than_the_limit() -> None:
    limit = SizeLimit(10, ", too long")
    assert read_bounded(io.BytesIO(b"x" * 10), limit) == b"x" * 10
    with pytest.raises(UnreadableError, match="too long"):
        read_bounded(io.BytesIO(b"x" * 11), limit)
