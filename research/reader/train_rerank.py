"""Trains the uppermost layers of the reader once more, for questions alone.

    python -m research.reader.train_rerank LISTS RUN --init BEST --minutes 40

LISTS is what `questions` made, BEST the checkpoint that reads statements: its lower layers stay. RUN is a folder for
`log.jsonl` and `last.pt`. A list is a question with a few of its candidates, drawn anew in every pass.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
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
from research.reader.train import auc, tensors

# How often a list of a set is drawn in one pass: those on news always.
RATES = {
    "passages": 1.0,
    "written": 0.5,
    "news_quiz": 0.3,
    "qed": 0.3,
    "clapnq": 0.3,
    "squad2": 0.15,
    "selqa": 0.15,
}
_FROZEN = 3  # lowest layers that stay
_CANDIDATES, _ANSWERING = 6, 2  # of a list that are read at once, and of these at most so many that answer
_BATCH_PIECES = 6000
_TRUE, _SMOOTHING = 3.0, 0.05  # weight of a sentence that answers, and of the other label
_WATCHED = 70  # lists of each set that are measured

Candidate = tuple[ReadPieces, bool]  # what is read, and whether it answers
Lists = list[dict[str, Any]]


def main() -> None:
    """Train until the time is over."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("lists", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--init", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=40, help="of the processor")
    parser.add_argument("--rate", type=float, default=3e-4, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=float, default=12, help="minutes between two measurements")
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    options.run.mkdir(parents=True, exist_ok=True)
    network = from_minilm(model_folder() / "model.safetensors")
    network.load_state_dict(torch.load(options.init, weights_only=True))
    network.freeze(_FROZEN)
    Training(network, load(options.lists), options).run()


def load(file: Path) -> Lists:
    """Read lists with the word pieces of their candidates."""
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    lists: Lists = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    questions = tokenizer.encode_batch_fast([one["question"] for one in lists], add_special_tokens=False)
    texts = [text for one in lists for text, _ in one["candidates"]]
    read = iter(tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    for one, question in zip(lists, questions, strict=True):
        one["candidates"] = [(cut(question.ids, next(read).ids), bool(answers)) for _, answers in one["candidates"]]
    return lists


class Training:
    """One run: draws lists, steps, measures, keeps the smoothed weights."""

    def __init__(self, network: Network, lists: Lists, options: argparse.Namespace) -> None:
        self.network, self.options = network, options
        self.lists = [one for one in lists if one["split"] == "train"]
        self.watched = watched(one for one in lists if one["split"] == "dev")
        self.draw = random.Random(3)  # noqa: S311 (repeatable on purpose)
        trained = {name: p for name, p in network.named_parameters() if p.requires_grad}
        self.trained = list(trained.values())
        decayed = [p for p in self.trained if p.dim() > 1]
        other = [p for p in self.trained if p.dim() <= 1]
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": other, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=options.rate)
        self.smoothed = {name: network.state_dict()[name].clone() for name in trained}
        self.seen, self.steps = 0, 0

    def run(self) -> None:
        """Train until the time is over, measuring before, on the way and at the end."""
        limit, spent, measured, losses = 60 * self.options.minutes, 0.0, 0.0, [0.0]
        self._measure(0.0, losses)
        for batch in self._batches():
            begin = time.process_time()
            losses.append(self._step(batch, spent / limit))
            spent += time.process_time() - begin
            if spent > limit:
                break
            if spent - measured > 60 * self.options.every:
                measured = spent
                self._measure(spent, losses)
                losses = []
        self._measure(limit, losses)

    def _step(self, batch: Sequence[Sequence[Candidate]], done: float) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.options.rate * min(done / 0.03, 1.0) * max(0.0, 1 - done) + 1e-7
        self.network.train()
        lost = loss(self.network(*_read([c for one in batch for c in one]))[:, 3], batch)
        lost.backward()
        nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.seen, self.steps = self.seen + sum(map(len, batch)), self.steps + 1
        keep = min(0.998, (1 + self.steps) / (10 + self.steps))
        current = self.network.state_dict()
        for name, value in self.smoothed.items():
            value.lerp_(current[name], 1 - keep)
        return float(lost.detach())

    def _batches(self) -> Iterator[list[list[Candidate]]]:
        """Batches of lists of like length, pass after pass."""
        while True:
            drawn = [one for one in self.lists if self.draw.random() < RATES[one["set"]]]
            self.draw.shuffle(drawn)
            batches: list[list[list[Candidate]]] = []
            for at in range(0, len(drawn), 1024):  # like lengths are sought among so many
                batches += _grouped(sorted(map(self._drawn, drawn[at : at + 1024]), key=_longest))
            self.draw.shuffle(batches)
            yield from batches

    def _drawn(self, one: dict[str, Any]) -> list[Candidate]:
        """Some of the candidates of a list."""
        shuffled = self.draw.sample(one["candidates"], len(one["candidates"]))
        answering = [c for c in shuffled if c[1]][:_ANSWERING]
        others = [c for c in shuffled if not c[1]]
        return [*answering, *others[: _CANDIDATES - len(answering)]]

    def _measure(self, spent: float, losses: list[float]) -> None:
        current = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(current | self.smoothed)
        found = measures(self.network, self.watched)
        torch.save(self.network.state_dict(), self.options.run / "last.pt")
        self.network.load_state_dict(current)
        line = {"minutes": round(spent / 60, 1), "pairs": self.seen, "loss": round(float(np.mean(losses)), 4), **found}
        with (self.options.run / "log.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


def watched(lists: Iterator[dict[str, Any]]) -> Lists:
    """Return at most `_WATCHED` lists of each set, always the same."""
    of_set: defaultdict[str, Lists] = defaultdict(list)
    for one in lists:
        of_set[one["set"]].append(one)
    draw = random.Random(7)  # noqa: S311 (a sample, no secret)
    return [one for name in sorted(of_set) for one in draw.sample(of_set[name], min(_WATCHED, len(of_set[name])))]


def _longest(candidates: Sequence[Candidate]) -> int:
    return max(len(read.pieces) for read, _ in candidates)


def _grouped(lists: Sequence[list[Candidate]]) -> Iterator[list[list[Candidate]]]:
    """Cut lists, sorted by length, into batches of about `_BATCH_PIECES` word pieces."""
    batch: list[list[Candidate]] = []
    for one in lists:
        batch.append(one)
        if sum(map(len, batch)) * _longest(one) >= _BATCH_PIECES:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(candidates: Sequence[Candidate]) -> tuple[Tensor, Tensor, Tensor]:
    return tensors([{"read": read} for read, _ in candidates])


def loss(odds: Tensor, batch: Sequence[Sequence[Candidate]]) -> Tensor:
    """A third each: the cross entropy of sentences, of those that answer in their list, and of the best one of a list.

    The last one tells a question that its list answers from one that it only comes near to.
    """
    true = torch.tensor([float(answers) for one in batch for _, answers in one])
    smooth = true * (1 - 2 * _SMOOTHING) + _SMOOTHING
    alone = functional.binary_cross_entropy_with_logits(odds, smooth, reduction="none")
    weight = 1 + (_TRUE - 1) * true
    total = (alone * weight).sum() / weight.sum()
    lists = odds.split([*map(len, batch)])
    ordered = [
        torch.logsumexp(found, 0) - torch.logsumexp(found[answers > 0], 0)
        for found, answers in zip(lists, true.split([*map(len, batch)]), strict=True)
        if 0 < answers.sum() < len(answers)
    ]
    best = torch.stack([torch.logsumexp(found, 0) for found in lists])
    any_true = torch.tensor([float(any(answers for _, answers in one)) for one in batch])
    total = total + functional.binary_cross_entropy_with_logits(best, any_true)
    return (total + torch.stack(ordered).mean() if ordered else total) / 3


@torch.inference_mode()
def scores(network: Network, candidates: Sequence[Candidate]) -> list[float]:
    """Return the log odds that each candidate answers."""
    network.eval()
    order = sorted(range(len(candidates)), key=lambda i: len(candidates[i][0].pieces))
    found = [0.0] * len(candidates)
    for at in range(0, len(order), 48):
        places = order[at : at + 48]
        for place, odds in zip(places, network(*_read([candidates[i] for i in places]))[:, 3].tolist(), strict=True):
            found[place] = odds
    return found


def measures(network: Network, lists: Lists) -> dict[str, dict[str, float]]:
    """Return for each set: an answer first, mean reciprocal rank, AUC of sentences, AUC of the best one of a list.

    The last one tells questions that their list answers from the others; .5 where a set has no others.
    """
    odds = iter(scores(network, [c for one in lists for c in one["candidates"]]))
    of_set: defaultdict[str, list[list[tuple[bool, float]]]] = defaultdict(list)
    for one in lists:
        of_set[one["set"]].append([(answers, next(odds)) for _, answers in one["candidates"]])
    return {name: _measured(found) for name, found in of_set.items()}


def _measured(lists: Sequence[list[tuple[bool, float]]]) -> dict[str, float]:
    ranks = [
        1 + sum(other > max(odds for answers, odds in one if answers) for _, other in one)
        for one in lists
        if any(answers for answers, _ in one)
    ]
    best = [(any(answers for answers, _ in one), max(odds for _, odds in one)) for one in lists]
    return {
        "first": round(float(np.mean([rank == 1 for rank in ranks])), 3),
        "mrr": round(float(np.mean([1 / rank for rank in ranks])), 3),
        "auc": round(auc([pair for one in lists for pair in one]), 3),
        "answerable": round(auc(best), 3),
    }


if __name__ == "__main__":
    main()
