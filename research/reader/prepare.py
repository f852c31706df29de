"""Makes the files that the reader is trained and chosen on, from the training data and the development sets.

    python -m research.reader.prepare FOLDER [--more FILE]

`train.jsonl` and `dev.jsonl` hold the training pairs, split by source as their makers split them; `measured.jsonl`
holds statements of the development sets (minimal pairs, RAGTruth, WiCE), which are read to choose between readers and
never trained on. A row: task, set, label, left, right, and what balance needs (overlap of words, length). FILE holds
further training rows in the form of the others: statements such as models write on passages of news.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from assistant.english.words import content_words
from assistant.reader.protocol import behind_title, with_days
from eval.datasets.files import DATA
from research.datasets import minimal_pairs, ragtruth, wice
from research.experiments.claims import Rarity, best_sentences, say, sentences_of

TRAIN = DATA / "train"
_OPEN = ("verify.jsonl.gz", "answers.jsonl.gz", "news.jsonl.gz")
_LEAST_MARKED = 3  # characters of a statement that are marked before it counts as unfaithful

Row = dict[str, Any]


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--more", type=Path)
    options = parser.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    rows = [pair(row) for row in source_rows()]
    if options.more:
        rows += [pair(json.loads(line)) for line in options.more.read_text(encoding="utf-8").split("\n") if line]
    written = [row for row in source_rows() if row["set"] == "written"]
    rows += [pair(row) for row in beside_the_answer(written)]
    for split in ("train", "dev"):
        store(folder / f"{split}.jsonl", (row for row in rows if row["split"] == split))
    store(folder / "measured.jsonl", [*measured_pairs(), *measured_answers(), *measured_claims()])


def source_rows() -> Iterator[Row]:
    """Yield the rows of all training files; those of the invented set are the examples' and stay out."""
    for name in _OPEN:
        with gzip.open(TRAIN / name, "rt", encoding="utf-8") as stream:
            yield from (row for row in map(json.loads, stream) if row["set"] != "invented")
    for file in sorted((TRAIN / "written").glob("*.jsonl"), key=lambda file: (len(file.name), file.name)):
        yield from (json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line)


def pair(row: Row) -> Row:
    """Return one training row in the reader's form."""
    day = date.fromisoformat(row["published"]) if row.get("published") else None
    sentences = [with_days(text, day) for text in row["sentences"]]
    parts = [*filter(None, [row.get("before", "")]), " ".join(sentences)]
    left = row["statement"] if row["task"] == "verify" else row["question"]
    made = form(row["task"], row["set"], row["label"], left, behind_title(row.get("title", ""), *parts))
    return made | {"kind": row["kind"], "split": row["split"], "coarse": row.get("coarse", False)}


def form(task: str, name: str, label: str, left: str, right: str) -> Row:
    """Return a row with what balance needs: the share of the left's content words that the right has, the length."""
    words, there = ({token.stem for token in content_words(text)} for text in (left, right))
    overlap = len(words & there) / max(1, len(words))
    return {
        "task": task,
        "set": name,
        "label": label,
        "left": left,
        "right": right,
        "overlap": round(overlap, 3),
        "length": len(left.split()),
    }


def beside_the_answer(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield questions with the answering sentence in its context, and with it as the context of the next one.

    The second kind is no answer: it teaches that the sentence itself has to answer, not what stands before it.
    """
    rows = list(rows)
    texts: dict[str, list[str]] = {}
    for row in rows:
        if row["task"] == "verify" and len(row["sentences"]) > 1:
            texts[row["group"]] = row["sentences"]
    for row in rows:
        sentences = texts.get(row["group"], [])
        if row["task"] != "answers" or row["sentences"][0] not in sentences:
            continue
        at = sentences.index(row["sentences"][0])
        if at > 0:
            yield row | {"before": sentences[at - 1], "set": "written_context"}
        if row["label"] == "answers" and at + 1 < len(sentences):
            after = {"before": sentences[at], "sentences": [sentences[at + 1]], "label": "no_answer"}
            yield row | after | {"set": "written_context", "kind": "beside"}


def measured_pairs() -> Iterator[Row]:
    """Yield the minimal pairs, without those labelled partly; `group` is the source."""
    for item in minimal_pairs.pairs():
        if item.label != minimal_pairs.PARTLY:
            right = behind_title(item.title, " ".join(with_days(text, item.published) for text in item.sentences))
            label = "supported" if item.label == minimal_pairs.SUPPORTED else "not_supported"
            row = form("verify", "minimal_pairs", label, item.statement, right)
            yield row | {"group": item.source, "kind": item.kind}


def measured_answers() -> Iterator[Row]:
    """Yield the statements of RAGTruth's answers with their best source sentences."""
    for number, answer in enumerate(ragtruth.answers()):
        sentences = [text for _, text in sentences_of(answer.source)]
        rarity = Rarity(sentences)
        for start, text in sentences_of(answer.response):
            marked = answer.marks(start, start + len(text), _LEAST_MARKED)
            right = " ".join(sentences[i] for i in sorted(best_sentences(text, sentences, rarity)))
            row = form("verify", "ragtruth", "not_supported" if marked else "supported", text, right)
            yield row | {"group": f"ragtruth-{number}", "kind": answer.task}


def measured_claims() -> Iterator[Row]:
    """Yield WiCE's claims with their gold sentences, or with their best ones where there are none."""
    for number, claim in enumerate(wice.claims()):
        gold = claim.supporting[0] if claim.supporting else ()
        chosen = gold or best_sentences(claim.text, claim.evidence, Rarity(claim.evidence))
        right = " ".join(claim.evidence[i] for i in sorted(chosen))
        label = "supported" if claim.label == "supported" else "not_supported"
        yield form("verify", "wice", label, claim.text, right) | {"group": f"wice-{number}", "kind": claim.label}


def store(file: Path, rows: Iterable[Row]) -> None:
    """Write JSON lines and say how many."""
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    file.write_text("".join(lines), encoding="utf-8")
    say(f"{file}: {len(lines):,} rows")


if __name__ == "__main__":
    main()
