"""How long the check of one answer takes: six statements, each citing two of sixty offered sentences.

    python -m eval.bench.statement_check

The sentences are made of invented words of the length and shape of news, so no data is needed. The first round reads
every text for the first time; the second finds the texts in the caches, as follow-up questions do.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from assistant.answering.check import check_statement
from assistant.records import ArticleInfo, Citation

_CONSONANTS, _VOWELS = list("bdfgklmnprstv"), list("aeiou")
_COMMON = ["the", "of", "said", "rose", "not", "in"]
ROUNDS, STATEMENTS, OFFERED, WORDS = 50, 6, 60, 28


def _word(rng: np.random.Generator) -> str:
    word = "".join(str(rng.choice(_CONSONANTS)) + str(rng.choice(_VOWELS)) for _ in range(rng.integers(1, 5)))
    kind = rng.random()
    if kind < 0.1:
        return word.capitalize()
    return str(rng.integers(2, 9000)) if kind < 0.15 else str(rng.choice([word, *_COMMON]))


def _sentence(rng: np.random.Generator) -> str:
    return " ".join(_word(rng) for _ in range(WORDS)).capitalize() + "."


def _round(rng: np.random.Generator) -> tuple[float, float]:
    """Milliseconds for one answer, first read and read again."""
    article = ArticleInfo(id="a", version=1, source="a", title=_sentence(rng)[:60], outlet="Post", published=None)
    texts = [_sentence(rng) for _ in range(OFFERED)]
    offered = {
        n: Citation(ref=f"r{n}", article=article, sentence=2 * n, start=0, end=len(t), text=t, score=0.5, number=n)
        for n, t in enumerate(texts, 1)
    }
    chosen = [[int(n) for n in rng.choice(OFFERED, 2, replace=False) + 1] for _ in range(STATEMENTS)]
    statements = [texts[a - 1][:90] + texts[b - 1][90:] for a, b in chosen]
    spent = []
    for _ in range(2):
        started = time.perf_counter()
        for text, numbers in zip(statements, chosen, strict=True):
            check_statement(text, numbers, offered)
        spent.append(1000 * (time.perf_counter() - started))
    return spent[0], spent[1]


def main() -> None:
    """Print median and 95th percentile of both."""
    rng = np.random.default_rng(0)
    rounds = [_round(rng) for _ in range(ROUNDS)]
    for name, column in (("first read", 0), ("read again", 1)):
        spent = sorted(r[column] for r in rounds)
        sys.stdout.write(f"{name}: median {spent[ROUNDS // 2]:.1f} ms, 95 % {spent[int(ROUNDS * 0.95)]:.1f} ms\n")


if __name__ == "__main__":
    main()
