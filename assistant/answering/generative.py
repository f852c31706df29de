"""The generative answerer: a language model writes from the numbered evidence. Nothing in its draft is trusted."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from datetime import date

from assistant.answering.answerer import Draft, DraftStatement, Request, Standalone
from assistant.answering.conversation import with_question_before
from assistant.answering.leftovers import MarkerStream
from assistant.answering.prompt import Prompt, answer_messages, fit, follow_up_messages, load_prompt, overview_messages
from assistant.answering.reply import ParsedReply, is_abstention, parse_reply
from assistant.english.questions import depends_on_turns
from assistant.errors import ModelSilent, ModelUnreachable
from assistant.llm.chat import ChatModel, Message, OnText, Reply
from assistant.llm.tokens import TokenCounter, cut_notice
from assistant.records import Citation, Evidence, Retrieved, Turn
from assistant.retrieval.retriever import with_corrections, with_sentences_before
from assistant.safe_text import as_data

_REWRITE_TOKENS = 120  # of a reply that is one question
_COPIED = 3  # words from which a statement that stands in our prompt is copied from it; "May." may be an answer
_LONGEST_REWRITE = 500  # characters; a longer "question" is an answer or an excuse
_EARLY_ENDS = ("", "length", "content_filter")  # why a reply ended before its end; "": it broke off
_ENDED = re.compile(r"[.!?…:][\"'”’»)\]*`]*\s*\Z")


class GenerativeAnswerer:
    """Asks a language model for prose with the numbers of its evidence at every statement."""

    def __init__(
        self,
        model: ChatModel,
        counter: TokenCounter,
        *,
        prompt_tokens: int,
        answer_tokens: int,
    ) -> None:
        """`prompt_tokens` bound the evidence in one prompt, `answer_tokens` the reply."""
        self._model = model
        self._counter = counter
        self._prompt_tokens = prompt_tokens
        self._answer_tokens = answer_tokens
        self._prompt = load_prompt("answer")
        self._overview = load_prompt("overview")
        self._follow_up = load_prompt("follow_up")

    def select(self, found: Retrieved, just_shown: Container[str] = (), question: str = "") -> list[Evidence]:  # noqa: ARG002  # all are read
        """As many of the best sentences as the prompt's budget holds, but at least one."""
        wanted = with_sentences_before(with_corrections(found))
        return wanted[: max(1, fit(wanted, self._prompt_tokens, self._counter))]

    def draft(self, request: Request, on_text: OnText | None = None) -> Draft:
        """What the model writes about the offered sentences. Raises `ModelError`."""
        messages = answer_messages(self._prompt, request.question, request.offered, request.asked_on)
        return self._draft(request, self._prompt, messages, on_text)

    def parts(self, evidence: Sequence[Citation]) -> list[Sequence[Citation]]:
        """The evidence, cut in its order into parts that one prompt holds; a sentence too long for one is one."""
        found: list[Sequence[Citation]] = []
        rest = evidence
        while rest:
            held = max(1, fit(rest, self._prompt_tokens, self._counter))
            found.append(rest[:held])
            rest = rest[held:]
        return found

    def overview(self, request: Request, part: str, on_text: OnText | None = None) -> Draft:
        """What the model writes about a story or the `part` of it that is offered. Raises `ModelError`."""
        messages = overview_messages(self._overview, request.question, request.offered, request.asked_on, part)
        return self._draft(request, self._overview, messages, on_text)

    def _draft(self, request: Request, prompt: Prompt, messages: Sequence[Message], on_text: OnText | None) -> Draft:
        stream = MarkerStream()
        listener = None if on_text is None else lambda piece: on_text(stream.feed(piece))
        try:
            reply = self._model.complete(messages, max_tokens=self._answer_tokens, on_text=listener)
        except ModelSilent as silent:  # the evidence is enough all the same, so it is quoted
            return Draft(statements=(), prompt_id=prompt.id, model=silent.model, notices=(str(silent),))
        if on_text is not None:
            on_text(stream.flush())
        parsed = parse_reply(reply.text, {citation.number for citation in request.offered})
        if not reply.finish and not any(statement.numbers for statement in parsed.statements):
            # Nothing usable arrived before it broke off: that is the server's fault, not the archive's silence.
            raise ModelUnreachable(" ".join(reply.notices))
        declined = is_abstention(reply.text)
        return Draft(
            statements=() if declined else _statements(parsed, reply, prompt),
            declined=declined,
            loose=parsed.loose,
            prompt_id=prompt.id,
            model=reply.model,
            usage=reply.usage,
            notices=tuple(self._notices(request, messages, reply)),
        )

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:
        """The question as the model rewrites it; as code does where the rewriting is no question."""
        if not turns or not depends_on_turns(question):
            return Standalone(question)
        messages = follow_up_messages(self._follow_up, question, turns, asked_on)
        reply = self._model.complete(messages, max_tokens=_REWRITE_TOKENS)
        return Standalone(_one_question(reply) or with_question_before(question, turns), reply.usage, asked_model=True)

    def _notices(self, request: Request, messages: Sequence[Message], reply: Reply) -> Iterator[str]:
        yield from reply.notices
        if request.not_offered:
            yield (
                f"Only {len(request.offered)} of the sentences found fit in the prompt, {request.not_offered} did not. "
                f"Raise prompt_tokens for more. {self._counter.notice}"
            )
        if cut := cut_notice(messages, reply.usage):
            yield cut


def _statements(parsed: ParsedReply, reply: Reply, prompt: Prompt) -> tuple[DraftStatement, ...]:
    """The statements; the last one is marked where the reply ended in the middle of it, and left out where it repeats.

    What small models copy from the example in our prompt is none of theirs ("Two banks failed.").
    """
    own = [s for s in parsed.statements if len(s.text.split()) < _COPIED or s.text not in prompt.text]
    if not own:
        return ()
    *others, last = own
    if reply.finish in _EARLY_ENDS and not last.numbers and not _ENDED.search(last.text):
        is_repeated = any(other.text.startswith(last.text) for other in others)
        return tuple(others) if is_repeated else (*others, last._replace(cut_off=True))
    return tuple(own)


def _one_question(reply: Reply) -> str:
    """The rewritten question, "" when the reply is something else: of several lines, too long, or cut off."""
    lines = [line.strip() for line in reply.text.splitlines() if line.strip()]
    if len(lines) != 1 or len(lines[0]) > _LONGEST_REWRITE or reply.finish == "length":
        return ""
    return as_data(lines[0], _LONGEST_REWRITE)
