"""Which verdicts the check gives to statements that humans marked, and what each of its findings is worth.

    python -m research.experiments.verdicts

RAGTruth's statements, each citing its best source sentences; and the faithful ones citing the best of the other
sentences, which mostly do not support them (some do: sources repeat themselves).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from assistant.checks.verify import check_statement
from research.datasets import ragtruth
from research.experiments.claims import Rarity, best_sentences, citations_of, say, sentences_of

_SHOWN = re.compile(r"“[^”]*”|\[\d+\](?: or \[\d+\])*")


def main() -> None:
    """Print both tables."""
    verdicts: Counter[tuple[str, str]] = Counter()
    problems: dict[str, Counter[str]] = {}
    for row in ragtruth.answers():
        for kind, checked in _checks(row):
            verdicts[kind, checked.verdict.value] += 1
            for problem in checked.problems:
                problems.setdefault(_SHOWN.sub("…", problem), Counter())[kind] += 1
    for (kind, verdict), count in sorted(verdicts.items()):
        say(f"{kind:12} {verdict:12} {count}")
    say("faithful / unfaithful / wrong citation")
    for problem, counts in sorted(problems.items(), key=lambda item: -sum(item[1].values())):
        say(f"{counts['faithful']:5} {counts['unfaithful']:5} {counts['wrong']:5}  {problem}")


def _checks(row: ragtruth.ModelAnswer) -> list[tuple[str, Any]]:
    """The statements of one answer as "faithful" or "unfaithful", and the faithful ones again as "wrong"."""
    sentences = [text for _, text in sentences_of(row.source)]
    rarity, offered = Rarity(sentences), {c.number: c for c in citations_of(sentences, range(len(sentences)))}
    found = []
    for start, text in sentences_of(row.response):
        kind = "unfaithful" if row.marks(start, start + len(text), 3) else "faithful"
        cited = best_sentences(text, sentences, rarity)
        found.append((kind, check_statement(text, [i + 1 for i in cited], offered, question=row.question)))
        left = [i for i in range(len(sentences)) if all(abs(i - c) > 1 for c in cited)]
        if left and kind == "faithful":
            best = best_sentences(text, [sentences[i] for i in left], rarity)[0]
            found.append(("wrong", check_statement(text, [left[best] + 1], offered, question=row.question)))
    return found


if __name__ == "__main__":
    main()
