"""Overviews of Multi-News clusters beside two baselines: how many of the highlights of a human summary they cover.

    python -m research.experiments.overviews

Each way picks as many sentences of a cluster's articles as the human summary has. A highlight counts as covered when
one of the sentences that annotators found to support it is picked. The baselines are the first sentences of the
articles, taken in turn, and centroid + MMR: nearest to the mean of all sentences, less what repeats a picked one
(Radev et al. 2004, doi:10.1016/j.ipm.2003.10.006; Carbonell and Goldstein 1998, doi:10.1145/290941.291025).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

import numpy as np

from assistant.answering.entries import choose
from assistant.library.embedders.base import Embedder, FloatMatrix
from assistant.llm.embeddings import chosen_embedder
from assistant.retrieval.story_sentences import StorySentence, StorySentences
from assistant.settings import load
from research.datasets.multinews import Cluster, clusters

_KEPT = 0.7  # weight of nearness to the centroid; the rest is that of repeating a picked sentence
_DRAWS = 2000  # of the bootstrap

Pick = Callable[[StorySentences, FloatMatrix, int], list[int]]


def main() -> None:
    """Print the share of highlights that each way covers, and how much more the overview does than each baseline."""
    embedder = chosen_embedder(load(use_model=False).settings)
    stories = [(cluster, *_story(cluster, embedder)) for cluster in clusters()]
    found = {name: [_covered(c, s, pick(s, v, len(c.summary))) for c, s, v in stories] for name, pick in WAYS.items()}
    sizes = [len(cluster.summary) for cluster, _, _ in stories]
    for name, covered in found.items():
        print(f"{name:<16} {sum(covered)} of {sum(sizes)} highlights, {sum(covered) / sum(sizes):.3f}")
    for name in list(WAYS)[1:]:
        low, high = _interval(found["overview"], found[name], sizes)
        print(f"overview over {name}: {low:+.3f} to {high:+.3f} (95 %, clusters resampled)")


def _story(cluster: Cluster, embedder: Embedder) -> tuple[StorySentences, FloatMatrix]:
    sentences = tuple(
        StorySentence(number, index, 0, len(text), text)
        for number, texts in enumerate(cluster.documents.values())
        for index, text in enumerate(" ".join(text.split()) for text in texts)
    )
    vectors = embedder.embed([sentence.text for sentence in sentences])
    return StorySentences(sentences, vectors @ vectors.T), vectors


def _covered(cluster: Cluster, story: StorySentences, picked: Sequence[int]) -> int:
    names = list(cluster.documents)
    shown = {(names[story.sentences[i].article], story.sentences[i].index) for i in picked}
    return sum(not shown.isdisjoint(highlight.support) for highlight in cluster.summary)


def _overview(story: StorySentences, _: FloatMatrix, count: int) -> list[int]:
    return [i for entry in choose(story, count) for i in entry.sentences][:count]


def _lead(story: StorySentences, _: FloatMatrix, count: int) -> list[int]:
    articles: dict[int, list[int]] = {}
    for i, sentence in enumerate(story.sentences):
        articles.setdefault(sentence.article, []).append(i)
    in_turn = [i for row in zip_longest(*articles.values()) for i in row if i is not None]
    return in_turn[:count]


def _centroid(story: StorySentences, vectors: FloatMatrix, count: int) -> list[int]:
    centre = vectors.mean(axis=0)
    near = vectors @ (centre / np.linalg.norm(centre))
    picked: list[int] = []
    while len(picked) < min(count, len(near)):
        repeats = story.likeness[:, picked].max(axis=1) if picked else np.zeros(len(near))
        worth = _KEPT * near - (1 - _KEPT) * repeats
        worth[picked] = -np.inf
        picked.append(int(worth.argmax()))
    return picked


WAYS: dict[str, Pick] = {"overview": _overview, "lead sentences": _lead, "centroid + MMR": _centroid}


def _interval(one: Sequence[int], other: Sequence[int], sizes: Sequence[int]) -> tuple[float, float]:
    """Return the 95 % interval of the difference of two shares, with clusters drawn again."""
    draws = np.random.default_rng(0).integers(0, len(sizes), (_DRAWS, len(sizes)))
    gained = np.array(one) - np.array(other)
    shares = gained[draws].sum(axis=1) / np.array(sizes)[draws].sum(axis=1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    main()
