"""Token counts: never a download, never an exception, never too low; and whole sentences that fit."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.prompt import fit, frame_evidence
from assistant.llm import tokens as budget
from assistant.llm.chat import Message
from assistant.llm.tokens import TokenCounter, cut_notice, token_counter
from assistant.records import Usage
from tests.answering.evidence import article, citation

NO_CACHE = {"TIKTOKEN_CACHE_DIR": ""}
SHIPPED = token_counter("any", NO_CACHE)
WORDS = TokenCounter("words", "", lambda text: text.split())  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("model", ["gpt-4o", "openai/gpt-4o-mini", "gpt-4", "llama3.2:3b", "", "text-davinci-003"])
def test_without_a_vocabulary_at_hand_the_shipped_one_counts(model: str, tmp_path: Path) -> None:
    counter = token_counter(model, {"TIKTOKEN_CACHE_DIR": str(tmp_path)})
    assert counter.name == "shipped"
    assert "estimated" in counter.notice


def test_a_damaged_vocabulary_is_not_used(tmp_path: Path) -> None:
    """tiktoken itself would delete it and go to the network."""
    for vocabulary in budget._LARGE.values():
        (tmp_path / vocabulary.file).write_bytes(b"damaged")
    assert token_counter("gpt-4o", {"DATA_GYM_CACHE_DIR": str(tmp_path)}).name == "shipped"
    assert len(list(tmp_path.iterdir())) == len(budget._LARGE)


def test_the_cached_vocabulary_of_the_model_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the shipped file in the place of the large one, because that one is not ours to keep here."""
    content = budget.SHIPPED.read_bytes()
    cached = budget._Vocabulary("cached", hashlib.sha256(content).hexdigest())
    monkeypatch.setitem(budget._LARGE, "o200k_base", cached)
    monkeypatch.setattr("tiktoken.get_encoding", lambda name: budget._shipped_encoding())
    (tmp_path / "cached").write_bytes(content)
    counter = token_counter("openai/gpt-4o", {"TIKTOKEN_CACHE_DIR": str(tmp_path)})
    assert (counter.name, counter.safety) == ("o200k_base", 1.0)
    assert "o200k_base" in counter.notice


def test_the_shipped_vocabulary_is_whole() -> None:
    encoding = budget._shipped_encoding()
    assert encoding.n_vocab == 256 + 9000
    assert budget.SHIPPED.stat().st_size < 150_000
    text = "The president said on Tuesday that 1,234 people – naïve, 東京 – left. <|endoftext|>\n"
    assert encoding.decode(encoding.encode_ordinary(text)) == text


def test_the_estimate_of_plain_news_is_near() -> None:
    """cl100k_base needs 31 tokens for this sentence."""
    text = (
        "The prime minister told parliament on Tuesday that the government would not change its policy on the island, "
    )
    assert 20 <= SHIPPED.count(text) <= 32


@given(st.text())
def test_any_text_can_be_counted(text: str) -> None:
    assert 0 <= SHIPPED.count(text) <= 4 * len(text) + 1


@pytest.mark.parametrize("text", ["<|endoftext|>", "<|im_start|>", "\ud800", "\x00"])
def test_special_marks_are_plain_text(text: str) -> None:
    assert SHIPPED.count(text) >= 1


@pytest.mark.parametrize("text", ["a" * 10**6, " " * 10**6, ".\n" * 500_000, "日" * 300_000, "\u0300" * 300_000])
def test_counting_takes_linear_time(text: str) -> None:
    start = time.monotonic()
    SHIPPED.count(text)
    assert time.monotonic() - start < 3


@pytest.mark.parametrize("counter", [SHIPPED, WORDS], ids=lambda counter: counter.name)
def test_evidence_that_fits_fits_and_one_more_does_not(counter: TokenCounter) -> None:
    evidence = [
        citation(n, f"Sentence {n} " + "is long " * (n % 5), article=article("abc"[n % 3])) for n in range(1, 30)
    ]
    for tokens in (0, 10, 60, 200, 400):
        count = fit(evidence, tokens, counter)
        assert counter.count(frame_evidence(evidence[:count])) <= tokens or count == 0
        if count < len(evidence):  # counted line by line: at most one token a line more
            assert counter.count(frame_evidence(evidence[: count + 1])) + 3 * (count + 1) > tokens
    assert fit(evidence, 10**6, counter) == len(evidence)


def test_sentences_of_one_article_share_its_heading() -> None:
    together = [citation(n) for n in range(1, 9)]
    apart = [citation(n, article=article("abcdefgh"[n - 1])) for n in range(1, 9)]
    assert fit(together, 60, WORDS) > fit(apart, 60, WORDS)


def test_a_prompt_cut_by_the_server_is_noticed() -> None:
    messages = [Message("system", "one two three"), Message("user", "four five " * 50)]
    assert "cut" in cut_notice(messages, Usage(prompt_tokens=60, completion_tokens=1))


@pytest.mark.parametrize(
    "usage", [None, Usage(prompt_tokens=0, completion_tokens=1), Usage(prompt_tokens=140, completion_tokens=1)]
)
def test_a_prompt_read_whole_or_not_counted_gives_no_notice(usage: Usage | None) -> None:
    assert cut_notice([Message("user", "four five " * 50)], usage) == ""


def test_messages_cost_more_than_their_text() -> None:
    messages: Sequence[Message] = [Message("system", "one two"), Message("user", "three")]
    assert WORDS.count_messages(messages) == 3 + 2 * 4 + 3
