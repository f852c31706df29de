"""What the model used in this chat, in tokens and by the user's table of prices."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from assistant.llm.usage import Prices, load_prices, total, total_cost
from assistant.records import Answer, Cost, Usage
from assistant.safe_text import safe
from assistant.wording import amount, plural


class Spending:
    """Counts every answer of a chat, those taken back too: they were paid for."""

    def __init__(self, prices: Path) -> None:
        """`prices` is the user's table, which need not exist; it is read when it is first needed."""
        self._file = prices
        self._calls: list[tuple[str, Usage]] = []
        self._stopped = 0

    def add(self, answer: Answer) -> None:
        """One more answer."""
        if answer.usage is not None:
            self._calls.append((answer.model, answer.usage))

    def add_stopped(self) -> None:
        """An answer that the person stopped: the server counted its tokens, but did not say how many."""
        self._stopped += 1

    def in_short(self) -> str:
        """For the line below the prompt: "12.3k tokens, 0.014 USD"; "" when nothing was counted."""
        used = self._used
        if used is None:
            return ""
        tokens = used.prompt_tokens + used.completion_tokens
        counted = f"{tokens / 1000:,.1f}k tokens" if tokens >= 1000 else f"{tokens} tokens"
        return f"{counted}, {_money(self._cost)}" if self._cost else counted

    def in_full(self) -> str:
        """Calls, tokens and cost; what is not known is said. "" when no model was asked."""
        used = self._used
        stopped = f" {plural(self._stopped, 'stopped answer')} not counted." if self._stopped else ""
        if used is None:
            return stopped.strip()
        calls = f"{plural(used.calls, 'call')} of the model"
        tokens = f"{used.prompt_tokens:,} tokens in, {used.completion_tokens:,} out"
        missing = f"; {used.uncounted} not counted by the server" if used.uncounted else ""
        unpriced = [model for model, usage in self._calls if self._prices.cost(usage, model) is None]
        cost = f" Cost: {_money(self._cost)}." if self._cost else ""
        remedy = f" {safe(self._prices.remedy(unpriced[-1]))}" if unpriced else ""
        return f"{calls}: {tokens}{missing}.{stopped}{cost}{remedy}"

    @property
    def _used(self) -> Usage | None:
        return total(usage for _, usage in self._calls) if self._calls else None

    @property
    def _cost(self) -> Cost | None:
        return total_cost(self._prices.cost(usage, model) for model, usage in self._calls)

    @cached_property
    def _prices(self) -> Prices:
        return load_prices(self._file)


def _money(cost: Cost) -> str:
    return f"{amount(cost.amount)} {cost.currency}"
