"""Which articles are held to print one story, for reading by hand: no set says which ones do.

    python -m eval.experiments.copies [FILE-OR-FOLDER]

Every pair of articles of one story is printed with its outlets, days, titles and the Jaccard index of its shingles;
"through" marks a pair that only a third article joins. With no FILE these are the articles of news2022. Last come the
counts, and beside them how many pairs share a band of their sketches, which is what is compared in full.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from assistant.corpus.copies import Print, are_copies, bands, shingles
from assistant.corpus.readers import FieldMap, find_files, read_file
from assistant.corpus.stories import Grouping, Member
from assistant.records import Article, Skipped
from eval.datasets.files import DATA
from eval.experiments.claims import say


class Pair(NamedTuple):
    """Two articles of one story."""

    one: Article
    other: Article
    jaccard: float  # of their shingles, 0..1
    direct: bool  # copies of each other, not only of a third one


def articles(paths: Sequence[Path]) -> Iterator[Article]:
    """All articles in these files and folders, as an ingest would read them."""
    for file in find_files(paths):
        if not isinstance(file, Skipped):
            yield from (found for found in read_file(file, FieldMap()) if isinstance(found, Article))


def candidates(found: Sequence[Article]) -> set[tuple[int, int]]:
    """The pairs, by place in `found`, whose sketches have a band in common."""
    buckets: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for place, article in enumerate(found):
        for band, value in enumerate(bands(article.text)):
            buckets[band, value].append(place)
    return {pair for places in buckets.values() for pair in combinations(places, 2)}


def stories(found: Sequence[Article], pairs: Iterable[tuple[int, int]]) -> list[list[Article]]:
    """The stories that more than one article prints."""
    members = [_member(row, article) for row, article in enumerate(found)]
    grouping = Grouping(lambda row: found[row].text, members)
    for one, other in sorted(pairs):
        grouping.compare(members[one], members[other])
    held: defaultdict[str, list[Article]] = defaultdict(list)
    for article in found:
        held[grouping.story(article.id)].append(article)
    return [prints for prints in held.values() if len(prints) > 1]


def _member(row: int, article: Article) -> Member:
    return Member(
        row=row,
        story=article.id,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        text_hash=article.text_hash,
    )


def pairs_of(prints: Sequence[Article]) -> Iterator[Pair]:
    """All pairs of the articles of one story."""
    for one, other in combinations(prints, 2):
        a, b = shingles(one.text), shingles(other.text)
        yield Pair(one, other, len(a & b) / max(1, len(a | b)), are_copies(_print(one), _print(other)))


def _print(article: Article) -> Print:
    return Print(text=article.text, title=article.title, outlet=article.outlet, published=article.published)


def main(arguments: Sequence[str]) -> None:
    """Prints the pairs and the counts."""
    found = list(articles([Path(name) for name in arguments] or [DATA / "news2022" / "articles.jsonl.gz"]))
    near = candidates(found)
    held = stories(found, near)
    shown = [pair for prints in held for pair in pairs_of(prints)]
    for pair in shown:
        say(f"Jaccard {pair.jaccard:.2f}{'' if pair.direct else ' through'}")
        for article in (pair.one, pair.other):
            say(f"    {article.id}  {article.outlet} · {article.published} · {article.title}")
    say(f"{len(found):,} articles; {len(near):,} pairs compared; {len(held):,} stories of several articles;")
    say(f"{len(shown):,} pairs, of which {sum(pair.direct for pair in shown):,} are copies of each other")


if __name__ == "__main__":
    main(sys.argv[1:])
