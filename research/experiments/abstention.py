"""When to abstain: how many unanswerable questions are refused for how many answerable ones, without a model.

    python -m research.experiments.abstention --library FOLDER --answerable FILE --unanswerable FILE

Both files hold JSON lines with `question` and `asked_on`. The threshold in use was chosen, and the coefficients of
`retrieval.confidence` were fitted, on questions of this kind: on the same ones these figures are those of the fit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from assistant import Assistant
from assistant.retrieval.confidence import ENOUGH
from assistant.settings import load

REFUSED = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2)  # shares of the answerable questions


def confidences(assistant: Assistant, file: Path) -> Iterator[float]:
    """The confidence in the evidence for every question of a file."""
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        yield assistant.ask(row["question"], asked_on=date.fromisoformat(row["asked_on"])).confidence


def main() -> None:
    """Print the curve, and what the threshold in use does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("library", "answerable", "unanswerable"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    chosen = parser.parse_args()
    with Assistant.open(chosen.library, settings=load(use_model=False).settings, create=False) as assistant:
        yes = np.array(list(confidences(assistant, chosen.answerable)))
        no = np.array(list(confidences(assistant, chosen.unanswerable)))
    print(f"{len(yes)} answerable, {len(no)} unanswerable\n\n| threshold | answerable refused | unanswerable refused |")
    print("|---|---|---|")
    for threshold in (ENOUGH, *(float(np.quantile(yes, share)) for share in REFUSED)):
        print(f"| {threshold:.2f} | {(yes < threshold).mean():.3f} | {(no < threshold).mean():.3f} |")


if __name__ == "__main__":
    main()
