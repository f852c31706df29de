"""What the model calls of an answer used, and what that costs by the user's own table of prices.

The program ships no prices: they change, differ between servers and would be wrong without anybody noticing. The table
is a YAML file, by default `prices.yaml` beside the configuration file, with prices per million tokens:

    currency: USD
    models:
      some-model: {input: 0.40, output: 1.60}

A model is looked up as the server names it, then without the date that some servers append ("-2025-04-14").
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.records import Cost, Usage
from assistant.yaml_form import read_mapping

_PER = 1_000_000  # tokens that a price is for
_DATED = re.compile(r"[-@](?:\d{8}|\d{4}-\d{2}-\d{2})\Z")
_SHAPE = "It holds 'currency: USD' and, under 'models:', lines such as 'some-model: {input: 0.40, output: 1.60}'."


def total(usages: Iterable[Usage | None]) -> Usage | None:
    """All calls together; None stands for a call that the server did not count, and for nothing counted at all."""
    calls = [usage or Usage(prompt_tokens=0, completion_tokens=0, uncounted=1) for usage in usages]
    if all(usage.uncounted == usage.calls for usage in calls):
        return None
    return Usage(
        prompt_tokens=sum(usage.prompt_tokens for usage in calls),
        completion_tokens=sum(usage.completion_tokens for usage in calls),
        calls=sum(usage.calls for usage in calls),
        uncounted=sum(usage.uncounted for usage in calls),
    )


def total_cost(costs: Iterable[Cost | None]) -> Cost | None:
    """All costs together, without those not known; None when none is known. All are of one table."""
    known = [cost for cost in costs if cost is not None]
    return Cost(amount=sum(cost.amount for cost in known), currency=known[0].currency) if known else None


@dataclass(frozen=True, slots=True)
class Price:
    """Of one model, in the currency of the table, for a million tokens."""

    input: float
    output: float


@dataclass(frozen=True, slots=True)
class Prices:
    """A table of prices."""

    file: Path  # where it is, or would be
    currency: str = ""
    models: Mapping[str, Price] = field(default_factory=dict)

    def cost(self, usage: Usage, model: str) -> Cost | None:
        """What `usage` of the model called `model` costs; None when its price is not in the table."""
        price = self.models.get(model) or self.models.get(_DATED.sub("", model))
        if price is None:
            return None
        amount = (usage.prompt_tokens * price.input + usage.completion_tokens * price.output) / _PER
        return Cost(amount=amount, currency=self.currency)

    def remedy(self, model: str) -> str:
        """What to tell a user whose model has no price."""
        return (
            f"No price is known for {model}. Write it into {self.file}: under 'models:', "
            f"a line '  \"{model}\": {{input: PRICE, output: PRICE}}', for a million tokens each."
        )


def load_prices(file: Path) -> Prices:
    """The table in `file`, an empty one when there is no such file. Raises `UsageError` when it cannot be used."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Prices(file)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The table of prices {file} cannot be read as text. {_SHAPE}") from error
    try:
        content = read_mapping(text) or {}
        return Prices(file, _currency(content), {str(name): _price(p) for name, p in content["models"].items()})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"The table of prices {file} cannot be used. {_SHAPE}") from error


def _currency(content: Mapping[str, Any]) -> str:
    name = content["currency"]
    if not (isinstance(name, str) and name.isprintable() and 0 < len(name) <= 8):
        raise ValueError(name)
    return name


def _price(row: Mapping[str, Any]) -> Price:
    if row.keys() != {"input", "output"}:
        raise ValueError(row)
    price = Price(float(row["input"]), float(row["output"]))
    if not all(math.isfinite(value) and value >= 0 for value in (price.input, price.output)):
        raise ValueError(row)
    return price
