"""Estimates the calls, tokens and cost of a run without calling a model."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answering.prompt import NOT_IN_ARCHIVE
from assistant.llm.chat import ChatModel
from assistant.llm.tokens import token_counter
from assistant.llm.usage import load_prices
from assistant.records import Cost
from assistant.settings import tiktoken_folders
from eval.replies import CachedChat, CountingChat, Replies
from eval.running import Plan, open_for
from eval.suite import conversations


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The remaining cost of a run; cached replies are free."""

    questions: int
    results: int  # questions times repeats
    calls: int
    cached: int  # of the calls, those whose replies are kept already
    prompt_tokens: int  # of the other calls; errs on the high side
    completion_tokens: int  # at most
    cost: Cost | None  # at most; None when the model has no price
    remedy: str = ""  # what to do to see the cost


def estimate_run(plan: Plan, replies: Replies | None) -> Estimate:
    """Count the prompts that the run would send.

    Searches are made, since the prompts hold their sentences. A follow-up question counts with the rewriting that code
    makes of it, as the model's is not known.
    """
    settings = plan.settings
    counter = token_counter(settings.model, tiktoken_folders())
    counting = CountingChat(counter.count_messages, NOT_IN_ARCHIVE)
    chat = CachedChat(replies, base_url=settings.base_url, name=settings.model)

    def wrap(_: ChatModel) -> ChatModel:
        return chat.around(counting)

    if settings.model_configured:
        with open_for(plan, wrap) as opened:
            for repeat in range(plan.repeats):
                chat.repeat = repeat
                for chain in conversations([q for q in plan.questions if q.claim is None and q.reply is None]):
                    conversation = opened.conversation(asked_on=chain[0].asked_on)
                    for question in chain:
                        conversation.ask(question.question)
    prices = load_prices(settings.prices)
    cost = prices.cost(counting.usage, settings.model)
    return Estimate(
        questions=len(plan.questions),
        results=len(plan.questions) * plan.repeats,
        calls=chat.calls,
        cached=chat.cached,
        prompt_tokens=counting.usage.prompt_tokens,
        completion_tokens=counting.usage.completion_tokens,
        cost=cost,
        remedy="" if cost or not counting.usage.calls else prices.remedy(settings.model),
    )
