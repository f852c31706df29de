"""The check of statements on minimal pairs: how many true and how many false ones are shown as supported.

    python -m research.experiments.minimal_pairs

Each statement cites all the sentences of its source. "Sources" are those whose statements are all judged right, where
those labelled partly are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from assistant.checks.verify import check_statement
from assistant.records import Verdict
from research.datasets import minimal_pairs
from research.datasets.minimal_pairs import NOT_SUPPORTED, SUPPORTED, MinimalPair
from research.experiments.claims import citations_of, say


def main() -> None:
    """Print the share shown as supported by label and by kind, and the share of sources judged right."""
    shown: defaultdict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for pair in minimal_pairs.pairs():
        supported = _is_shown_as_supported(pair)
        for kind in ("all", pair.kind):
            shown[pair.label, kind][supported] += 1
        if pair.label in {SUPPORTED, NOT_SUPPORTED}:
            right[pair.source].append(supported is (pair.label == SUPPORTED))
    say("shown as supported")
    for (label, kind), counts in sorted(shown.items(), key=lambda item: (item[0][0], -item[1].total())):
        say(f"{label:14} {kind:18} {counts[True]:4} of {counts.total():4}  {counts[True] / counts.total():.2f}")
    say(f"sources: {sum(map(all, right.values()))} of {len(right)}")


def _is_shown_as_supported(pair: MinimalPair) -> bool:
    numbers = range(len(pair.sentences))
    cited = citations_of(pair.sentences, numbers, title=pair.title, published=pair.published)
    offered = {citation.number: citation for citation in cited}
    return check_statement(pair.statement, list(offered), offered).verdict is Verdict.SUPPORTED


if __name__ == "__main__":
    main()
