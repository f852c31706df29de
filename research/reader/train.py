"""Trains the reader on two cores, and keeps a learning curve.

    python -m research.reader.train FOLDER RUN --minutes 90

FOLDER is what `prepare` made. RUN is a folder for `log.jsonl` (the curve) and the checkpoints: `last.pt`, and
`best.pt`, whose worst development set is best. `--init FILE` goes on from a checkpoint, `--frozen` trains the head
alone.

What is drawn in a pass is decided by set (`RATES`) and by balance: within a set, true and false statements are drawn
equally often in every class of overlap and of length, so that neither "few words in common" nor "short" is worth
anything. The learning rate rises over 2 % of the time and then falls in a straight line to nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from assistant.library.embedders.minilm_files import model_folder
from assistant.reader.protocol import ReadPieces, cut
from research.reader.network import Network, from_minilm

LABELS = {"supported": 0, "refuted": 1, "not_enough": 2, "not_supported": 1}
# How often a row of a set is drawn in one pass; 0.25 means a quarter of them, others each pass.
RATES = {
    "written": 1.0,
    "written_context": 0.4,
    "models": 1.5,
    "summedits": 1.5,
    "begin": 0.8,
    "bump": 2.0,
    "fool_me_twice": 1.0,
    "clapnq": 1.5,
    "fever_symmetric": 1.0,
    "conjnli": 0.05,
    "med": 0.05,
    "help": 0.02,
    "propsegment": 0.5,
    "veridicality": 0.05,
    "wice_train": 1.0,
    "squad2": 0.15,
    "qed": 0.6,
    "selqa": 0.15,
    "news_quiz": 0.2,
    "synthetic_news": 0.2,
    "synthetic_clapnq": 0.1,
    "synthetic_qed": 0.1,
    "synthetic_selqa": 0.02,
    "synthetic_squad2": 0.1,
}
NATURAL = {"summedits", "bump", "begin", "fool_me_twice"}  # written and judged by people
WATCHED = {*NATURAL, "models", "written", "written_context", "squad2", "selqa", "news_quiz", "synthetic_news"}
_VERBATIM = 0.5  # of these synthetic statements, which are true because they are copies
_OVERLAPS, _LENGTHS = (0.45, 0.65, 0.8, 0.92), (12, 20)  # borders of the classes within which labels are balanced
_MOST_WEIGHT = 3.0  # a row of a rare class is drawn at most so many times as often
_BATCH_PIECES = 3072
_SMOOTHING = 0.05
_UNRELATED = 0.06  # of the rows, read beside another text: without them, what is said there is chance

Row = dict[str, Any]


def main() -> None:
    """Train until the time is over."""
    options = _options()
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    options.run.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    rows = load(options.folder / "train.jsonl", tokenizer)
    watched = [*sample(load(options.folder / "dev.jsonl", tokenizer)), *load_measured(options.folder, tokenizer)]
    network = from_minilm(model_folder() / "model.safetensors")
    if options.init:
        network.load_state_dict(torch.load(options.init, weights_only=True))
    network.freeze(6 if options.frozen else options.frozen_layers)
    Training(network, rows, watched, options).run()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--rate", type=float, default=1.2e-4, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=float, default=10, help="minutes between two measurements")
    parser.add_argument("--init", type=Path)
    parser.add_argument("--frozen", action="store_true", help="train the head alone")
    parser.add_argument("--frozen-layers", type=int, default=2, help="lowest layers that stay MiniLM's")
    parser.add_argument("--only", nargs="*", help="sets to train on, by default all of RATES")
    return parser.parse_args()


def load(file: Path, tokenizer: Tokenizer) -> list[Row]:
    """Read rows with their word pieces."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    tokenizer.no_padding()
    tokenizer.no_truncation()
    for side in ("left", "right"):
        found = tokenizer.encode_batch_fast([row[side] for row in rows], add_special_tokens=False)
        for row, encoding in zip(rows, found, strict=True):
            row[side + "_ids"] = encoding.ids
    for row in rows:
        row["read"] = cut(row["left_ids"], row["right_ids"])
    return rows


def load_measured(folder: Path, tokenizer: Tokenizer) -> list[Row]:
    """Read what the choice is made on: all minimal pairs and WiCE, the statements of every fifth RAGTruth answer."""
    rows = load(folder / "measured.jsonl", tokenizer)
    return [row for row in rows if row["set"] != "ragtruth" or int(row["group"].split("-")[1]) % 5 == 0]


def sample(rows: list[Row], most: int = 200) -> list[Row]:
    """Return at most so many rows of each set and task that is watched, always the same."""
    draw, of_set = random.Random(7), defaultdict(list)  # noqa: S311 (a sample, no secret)
    for row in rows:
        if row["set"] in WATCHED:
            of_set[row["task"], row["set"]].append(row)
    return [row for same in of_set.values() for row in draw.sample(same, min(most, len(same)))]


class Training:
    """One run: draws batches, steps, measures, keeps checkpoints."""

    def __init__(self, network: Network, rows: list[Row], watched: list[Row], options: argparse.Namespace) -> None:
        self.network, self.watched, self.options = network, watched, options
        self.rates = {name: rate for name, rate in RATES.items() if not options.only or name in options.only}
        self.rows = [row for row in rows if row["set"] in self.rates]
        self.weights = balanced([*self.rows])
        self.draw = random.Random(3)  # noqa: S311 (repeatable on purpose)
        self.trained = {name for name, p in network.named_parameters() if p.requires_grad}
        trained = [p for p in network.parameters() if p.requires_grad]
        decayed = [p for p in trained if p.dim() > 1]
        other = [p for p in trained if p.dim() <= 1]
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": other, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=options.rate)
        self.smoothed = {name: value.clone() for name, value in network.state_dict().items()}
        self.seen, self.steps, self.best = 0, 0, -1.0

    def run(self) -> None:
        """Train until the time is over, measuring on the way and at the end."""
        begin, measured, paused, losses = time.monotonic(), 0.0, 0.0, []
        limit = 60 * self.options.minutes
        for batch in self._batches():
            spent = time.monotonic() - begin - paused
            if spent > limit:
                break
            losses.append(self._step(batch, spent / limit))
            if spent - measured > 60 * self.options.every:
                measured, at = spent, time.monotonic()
                self._measure(spent, losses)
                losses, paused = [], paused + time.monotonic() - at
        self._measure(limit, losses)

    def _step(self, batch: list[Row], done: float) -> float:
        rate = self.options.rate * min(done / 0.02, 1.0) * (1 - done) + 1e-7
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.network.train()
        lost = loss(self.network(*tensors(batch)), batch)
        lost.backward()
        nn.utils.clip_grad_norm_([p for p in self.network.parameters() if p.grad is not None], 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.seen, self.steps = self.seen + len(batch), self.steps + 1
        keep = min(0.998, (1 + self.steps) / (10 + self.steps))
        for name, value in self.network.state_dict().items():
            if name in self.trained:
                self.smoothed[name].lerp_(value, 1 - keep)
        return float(lost.detach())

    def _batches(self) -> Iterator[list[Row]]:
        """Batches of texts of like length, pass after pass."""
        while True:
            drawn = [row for row in self.rows for _ in range(self._times(row))]
            self.draw.shuffle(drawn)
            drawn = [self._unrelated(row) if self.draw.random() < _UNRELATED else row for row in drawn]
            batches: list[list[Row]] = []
            for at in range(0, len(drawn), 4096):  # like lengths are sought among so many
                batches += grouped(sorted(drawn[at : at + 4096], key=lambda row: len(row["read"].pieces)))
            self.draw.shuffle(batches)
            yield from batches

    def _unrelated(self, row: Row) -> Row:
        """The statement or question of a row beside the sentences of any other."""
        other = self.draw.choice(self.rows)
        label = "not_enough" if row["task"] == "verify" else "no_answer"
        return row | {"read": cut(row["left_ids"], other["right_ids"]), "label": label, "coarse": False}

    def _times(self, row: Row) -> int:
        rate = self.rates[row["set"]] * self.weights[id(row)]
        if row["kind"] == "verbatim":
            rate *= _VERBATIM
        return int(rate) + (self.draw.random() < rate % 1)

    def _measure(self, spent: float, losses: list[float]) -> None:
        current = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.smoothed)
        found = measures(self.watched, scores(self.network, self.watched))
        worst = min(found["minimal_pairs.matched"], found["ragtruth"], found["wice"], found["natural"])
        torch.save(self.network.state_dict(), self.options.run / "last.pt")
        if worst > self.best:
            self.best = worst
            torch.save(self.network.state_dict(), self.options.run / "best.pt")
        self.network.load_state_dict(current)
        line = {"minutes": round(spent / 60, 1), "pairs": self.seen, "loss": round(float(np.mean(losses)), 4), **found}
        with (self.options.run / "log.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


def balanced(rows: list[Row]) -> dict[int, float]:
    """Return how often each row is drawn, so that labels are even in every class of overlap and length of a set."""
    classes = {id(row): (row["task"], row["set"], _class(row)) for row in rows}
    counts = Counter((classes[id(row)], _is_true(row)) for row in rows)
    weights = {}
    for row in rows:
        true, false = counts[classes[id(row)], True], counts[classes[id(row)], False]
        mine, other = (true, false) if _is_true(row) else (false, true)
        weights[id(row)] = min(_MOST_WEIGHT, max(0.25, (mine + other) / (2 * mine))) if other else 0.4
    return weights


def _class(row: Row) -> tuple[int, int]:
    return int(np.searchsorted(_OVERLAPS, row["overlap"])), int(np.searchsorted(_LENGTHS, row["length"]))


def _is_true(row: Row) -> bool:
    return row["label"] in {"supported", "answers"}


def grouped(rows: list[Row]) -> Iterator[list[Row]]:
    """Cut rows, sorted by length, into batches of about `_BATCH_PIECES` word pieces."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) * len(row["read"].pieces) >= _BATCH_PIECES:
            yield batch
            batch = []
    if batch:
        yield batch


def tensors(rows: list[Row]) -> tuple[Tensor, Tensor, Tensor]:
    """Return the padded word pieces, segments and lengths of rows."""
    reads: list[ReadPieces] = [row["read"] for row in rows]
    longest = max(len(read.pieces) for read in reads)
    pieces, segments = (np.zeros((len(rows), longest), np.int64) for _ in range(2))
    for i, read in enumerate(reads):
        pieces[i, : len(read.pieces)] = read.pieces
        segments[i, read.left :] = 1
    lengths = torch.tensor([len(read.pieces) for read in reads])
    return torch.from_numpy(pieces), torch.from_numpy(segments), lengths


def loss(logits: Tensor, rows: list[Row]) -> Tensor:
    """Cross entropy over three classes, over two for coarse labels, binary for questions; labels smoothed."""
    questions = torch.tensor([row["task"] == "answers" for row in rows])
    total = torch.zeros(len(rows))
    if questions.any():
        true = torch.tensor([float(row["label"] == "answers") for row in rows])[questions]
        smooth = true * (1 - 2 * _SMOOTHING) + _SMOOTHING
        total[questions] = functional.binary_cross_entropy_with_logits(logits[questions, 3], smooth, reduction="none")
    if not questions.all():
        labels = torch.tensor([LABELS.get(row["label"], 0) for row in rows])[~questions]
        coarse = torch.tensor([bool(row["coarse"]) for row in rows])[~questions]
        total[~questions] = _of_statements(logits[~questions, :3], labels, coarse)
    return total.mean()


def _of_statements(logits: Tensor, labels: Tensor, coarse: Tensor) -> Tensor:
    fine = functional.cross_entropy(logits, labels, reduction="none", label_smoothing=_SMOOTHING)
    odds = logits[:, 0] - torch.logsumexp(logits[:, 1:], 1)
    true = (labels == 0).float() * (1 - 2 * _SMOOTHING) + _SMOOTHING
    binary = functional.binary_cross_entropy_with_logits(odds, true, reduction="none")
    return torch.where(coarse, binary, 0.5 * fine + 0.5 * binary)


@torch.inference_mode()
def scores(network: Network, rows: list[Row]) -> list[float]:
    """Return the log odds of "supported", or of "answers", of each row."""
    network.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["read"].pieces))
    found = [0.0] * len(rows)
    for batch in grouped([rows[i] | {"place": i} for i in order]):
        logits = network(*tensors(batch))
        odds = logits[:, 0] - torch.logsumexp(logits[:, 1:3], 1)
        for row, support, answers in zip(batch, odds.tolist(), logits[:, 3].tolist(), strict=True):
            found[row["place"]] = answers if row["task"] == "answers" else support
    return found


def measures(rows: list[Row], found: list[float]) -> dict[str, float]:
    """Return the AUC of every set, of the natural human ones together, and of minimal pairs matched in overlap."""
    of_set: defaultdict[str, list[tuple[bool, float]]] = defaultdict(list)
    for row, score in zip(rows, found, strict=True):
        name = row["set"] if row["task"] == "verify" else f"{row['set']}.answers"
        of_set[name].append((_is_true(row), score))
        if row["task"] == "verify" and row["set"] in NATURAL:
            of_set["natural"].append((_is_true(row), score))
    result = {name: round(auc(pairs), 3) for name, pairs in sorted(of_set.items())}
    for name in ("minimal_pairs", "written"):
        scored = zip(rows, found, strict=True)
        same = [(row, score) for row, score in scored if (row["set"], row["task"]) == (name, "verify")]
        result[f"{name}.matched"] = round(matched(same), 3)
    return result


def auc(pairs: list[tuple[bool, float]]) -> float:
    """Return how often a true one scores above a false one; ties count half."""
    true, false = ([s for t, s in pairs if t is side] for side in (True, False))
    if not true or not false:
        return 0.5
    ranks = np.argsort(np.argsort([*true, *false]))
    return float((ranks[: len(true)].sum() - len(true) * (len(true) - 1) / 2) / (len(true) * len(false)))


def matched(rows: list[tuple[Row, float]], nearness: float = 0.1, longer: float = 0.25) -> float:
    """Return the same among pairs of one source that are alike in overlap and length."""
    of_source: defaultdict[str, list[tuple[Row, float]]] = defaultdict(list)
    for row, score in rows:
        of_source[row.get("group") or row["right"]].append((row, score))
    above = [
        float(one > other) + 0.5 * (one == other)
        for same in of_source.values()
        for true, one in same
        for false, other in same
        if _is_true(true) and not _is_true(false)
        if abs(true["overlap"] - false["overlap"]) <= nearness
        if abs(true["length"] - false["length"]) <= longer * max(true["length"], false["length"])
    ]
    return float(np.mean(above)) if above else 0.5


if __name__ == "__main__":
    main()
