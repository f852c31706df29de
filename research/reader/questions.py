"""Makes the lists that the reader learns answering from: a question, and sentences of which some answer it.

    python -m research.reader.questions FOLDER [--more FILE]

Order is learned from lists and not from single pairs: which of these sentences, that all speak of the matter, says it?
So each question stands beside the sentence that answers it, others of its text, and sentences of other texts that share
its words. `lists.jsonl` in FOLDER has a line for each: question, set, split, and candidates as [right side, answers].
FILE holds further questions on passages of news, JSON lines with `question`, `group`, `title`, `published`,
`sentences`, `before` (of each, may be empty) and `answering` (places in `sentences`; none where the passage does not
say).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from assistant.english.words import content_words
from assistant.reader.protocol import behind_title, with_days
from research.experiments.claims import say
from research.reader.prepare import Row, source_rows

NEAR = 6  # sentences of other texts for a question
_SHOWN = 0.85  # how often the sentence before is shown, where there is one
_COMMON = 1 / 8  # share of the sentences beyond which a word finds nothing
_DEV = 16  # one group in so many is held back


class Place(NamedTuple):
    """A sentence where it stands."""

    group: str
    text: str
    before: str = ""
    title: str = ""
    published: date | None = None


def main() -> None:
    """Write the lists and say how many there are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--more", type=Path)
    options = parser.parse_args()
    draw = random.Random(5)  # noqa: S311 (repeatable on purpose)
    rows = list(source_rows())
    made = [*_public(rows, draw), *_written(rows, draw)]
    if options.more:
        made += _passages((json.loads(line) for line in options.more.read_text("utf-8").split("\n") if line), draw)
    options.folder.mkdir(parents=True, exist_ok=True)
    with (options.folder / "lists.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in made)
    for (name, split), count in sorted(Counter((one["set"], one["split"]) for one in made).items()):
        say(f"{name}, {split}: {count:,} questions")


class Corpus:
    """The sentences of one set, found by shared words."""

    def __init__(self, places: Iterable[Place]) -> None:
        """Each text once."""
        self._places = list({place.text: place for place in places}.values())
        self._with: defaultdict[str, list[int]] = defaultdict(list)
        for i, place in enumerate(self._places):
            for stem in _stems(place.text):
                self._with[stem].append(i)

    def near(self, question: str, without: Collection[str], count: int = NEAR) -> list[Place]:
        """Return the `count` sentences that share most with a question, each word by its rarity, none of `without`."""
        worth: Counter[int] = Counter()
        for stem in _stems(question):
            found = self._with.get(stem, [])
            if len(found) <= _COMMON * len(self._places):
                worth.update(dict.fromkeys(found, round(1000 * math.log(len(self._places) / max(1, len(found))))))
        best = (self._places[i] for i, _ in worth.most_common(count + 25))
        return [place for place in best if place.group not in without][:count]


def _stems(text: str) -> set[str]:
    return {token.stem for token in content_words(text)}


def _right(place: Place, draw: random.Random) -> str:
    shown = place.before and draw.random() < _SHOWN
    before = [with_days(place.before, place.published)] if shown else []
    return behind_title(place.title, *before, with_days(place.text, place.published))


def _list(
    question: str, name: str, split: str, candidates: Iterable[tuple[Place, bool]], draw: random.Random
) -> dict[str, Any]:
    shown = [[_right(place, draw), int(answers)] for place, answers in candidates]
    return {"question": question, "set": name, "split": split, "candidates": shown}


def _by_question(rows: Iterable[Row]) -> dict[tuple[str, str, str], list[Row]]:
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["set"], row["group"], row["question"]), []).append(row)
    return found


def _public(rows: Iterable[Row], draw: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the questions of the public sets, with single sentences as their candidates."""
    asked = _by_question(
        r for r in rows if r["task"] == "answers" and r["set"] != "written" and len(r["sentences"]) == 1
    )
    of_set: defaultdict[str, list[Place]] = defaultdict(list)
    for (name, group, _), same in asked.items():
        of_set[name] += [Place(group, row["sentences"][0]) for row in same]
    corpora = {name: Corpus(places) for name, places in of_set.items()}
    for (name, group, question), same in asked.items():
        own = [(Place(group, row["sentences"][0]), row["label"] == "answers") for row in same]
        others = [] if name == "news_quiz" else corpora[name].near(question, {group}, NEAR // 2)  # may say it too
        yield _list(question, name, same[0]["split"], [*own, *((place, False) for place in others)], draw)


def _written(rows: Iterable[Row], draw: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the written questions beside all sentences of their source."""
    written = [row for row in rows if row["set"] == "written"]
    sources: dict[str, Row] = {}
    for row in written:
        if len(row["sentences"]) > len(sources.get(row["group"], {"sentences": ()})["sentences"]):
            sources[row["group"]] = row
    places = {group: list(_places(row)) for group, row in sources.items()}
    corpus = Corpus(place for same in places.values() for place in same)
    for (name, group, question), same in _by_question(r for r in written if r["task"] == "answers").items():
        answering = {row["sentences"][0] for row in same if row["label"] == "answers"}
        own = [(place, place.text in answering) for place in places[group]]
        others = ((place, False) for place in corpus.near(question, {group}))
        yield _list(question, name, same[0]["split"], [*own, *others], draw)


def _places(row: Row) -> Iterator[Place]:
    day = date.fromisoformat(row["published"]) if row.get("published") else None
    for before, text in zip(row.get("before") or ["", *row["sentences"]], row["sentences"], strict=False):
        yield Place(row["group"], text, before, row.get("title", ""), day)


def _passages(rows: Iterable[Row], draw: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the questions on passages of news; one group in `_DEV` is held back."""
    rows = list(rows)
    of_row = [list(_places(row)) for row in rows]
    corpus = Corpus(place for places in of_row for place in places)
    for row, places in zip(rows, of_row, strict=True):
        held = int(hashlib.sha256(row["group"].encode()).hexdigest(), 16) % _DEV == 0
        own = [(place, i in row["answering"]) for i, place in enumerate(places)]
        others = ((place, False) for place in corpus.near(row["question"], {row["group"]}))
        yield _list(row["question"], "passages", "dev" if held else "train", [*own, *others], draw)


if __name__ == "__main__":
    main()
