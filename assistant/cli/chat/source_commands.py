"""Commands that show what an answer stands on."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.cli import article_view as article
from assistant.cli import render
from assistant.cli.chat import clipboard, plain, why
from assistant.cli.chat.state import Talk
from assistant.cli.terminal import show
from assistant.errors import UsageError
from assistant.permalinks import find_sentence
from assistant.records import ArticleInfo, Evidence, StoredArticle, Turn
from assistant.safe_text import safe

_FOUND = "abcdefghijklmnopqrstuvwxyz"[:10]  # names of the sentences that /find lists
_REFERENCE = re.compile("[0-9a-f]{4,}-[0-9a-f]{4,}-[0-9]+")
_WANTED = (
    "with the number N of a source shown in this chat, the letter of a sentence that /find listed, a reference such as "
    "0a1b2c3d4e-5f6071-7, or words of a title."
)


class _Target(NamedTuple):
    """What is to be shown."""

    article: StoredArticle
    sentence: int | None  # None: the article from its beginning


class Reading:
    """Commands that lead from an answer to its evidence and its articles."""

    title = "What an answer stands on"

    def __init__(self, talk: Talk) -> None:
        """Over the answers of this chat."""
        self._talk = talk

    def cmd_sources(self, _: str) -> None:
        """Show the sources of the last answer again, each with its sentence."""
        citations = self._last().answer.citations
        if not citations:
            raise UsageError("There is no answer with sources yet.")
        show(self._talk.console, render.sources(self._talk.console, citations))

    def cmd_open(self, argument: str) -> None:
        """Read the whole article, opened at the sentence with number N: /open 2; or by words of its title."""
        target = self._target(argument, "/open")
        parts = article.context_parts(target.article, target.sentence, whole=True)
        if self._talk.paged:
            from assistant.cli.chat.pager import page

            page(self._talk.console, list(parts))
        else:
            show(self._talk.console, parts)

    def cmd_context(self, argument: str) -> None:
        """Show the sentence with number N and those around it: /context 2."""
        target = self._target(argument, "/context")
        show(self._talk.console, article.context_parts(target.article, target.sentence))

    def cmd_find(self, argument: str) -> None:
        """List sentences of the archive on these words, a to j, without asking a model: /find pellin bridge."""
        if not argument:
            raise UsageError("Write the words to look for: /find WORDS")
        filters = self._talk.conversation.filters
        with self._talk.working("Searching the archive"):
            self._talk.found = self._talk.assistant.search(argument, limit=len(_FOUND), filters=filters)
        if not self._talk.found:
            self._talk.say("No sentence found.")
        for letter, evidence in zip(_FOUND, self._talk.found, strict=False):
            show(self._talk.console, render.evidence_block(self._talk.console, f"{letter}. ", evidence))

    def cmd_why(self, argument: str) -> None:
        """Show how the last question was understood, what was found and what the checks say; /why 2: source 2 alone."""
        turn = self._last()
        if argument:
            citation = self._talk.conversation.citation(_number(argument)) if argument.isdecimal() else None
            if citation is None:
                raise UsageError("Write /why, or /why N with the number N of a source shown in this chat.")
            show(self._talk.console, why.of_source(self._talk.console, self._talk.conversation.turns, citation))
        else:
            with self._talk.working("Looking at the question again"):
                query = self._talk.assistant.explain(turn.answer.question, filters=self._talk.asked_within)
            show(self._talk.console, why.of_answer(self._talk.console, turn, query))

    def cmd_copy(self, argument: str) -> None:
        """Copy the last answer with its sources to the clipboard; /copy 2: the sentence of source 2 with its origin."""
        text = plain.source(self._evidence(argument, "/copy")) if argument else plain.answer(self._last())
        self._talk.say(clipboard.copy(f"{text}\n", at_terminal=self._talk.paged))

    def _last(self) -> Turn:
        if not self._talk.conversation.turns:
            raise UsageError("There is no answer with sources yet.")
        return self._talk.conversation.turns[-1]

    def _target(self, argument: str, command: str) -> _Target:
        assistant = self._talk.assistant
        if _REFERENCE.fullmatch(argument):
            return _Target(*find_sentence(argument, assistant.article))
        if evidence := self._named(argument):
            info = evidence.article  # by its text: a page that was changed back has it in its newest version again
            return _Target(assistant.article(info.id, text_hash=info.text_hash), evidence.sentence)
        return _Target(assistant.article(self._titled(argument, command).id), None)

    def _titled(self, words: str, command: str) -> ArticleInfo:
        if words in self._talk.titles:
            return self._talk.titles[words]
        found = self._talk.assistant.titled(words, limit=2) if len(words) > 2 and not words.isdecimal() else []
        if not found:
            raise UsageError(f"Write {command} N {_WANTED}")
        if len(found) > 1 and safe(found[0].title).casefold() != words.casefold():
            raise UsageError(f"Several titles hold {safe(words)!r}; more words, or the tab key, choose one.")
        return found[0]

    def _evidence(self, argument: str, command: str) -> Evidence:
        found = self._named(argument)
        if found is None:
            raise UsageError(f"Write {command}, or {command} N with the number N of a source shown in this chat.")
        return found

    def _named(self, argument: str) -> Evidence | None:
        """The sentence with this number or letter."""
        if argument.isdecimal():
            return self._talk.conversation.citation(_number(argument))
        if len(argument) == 1 and argument in _FOUND[: len(self._talk.found)]:
            return self._talk.found[_FOUND.index(argument)]
        return None


def _number(argument: str) -> int:
    return int(argument[:9])
