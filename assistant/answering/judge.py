"""A second opinion on each statement of an answer, by a language model. It is advice: no verdict depends on it.

One call for an answer, whatever the number of its statements. The reply must be in a small grammar, one line a
statement (`S2: partly - why`); a reply with any other line is no opinion at all, since a model that leaves the form has
left its task too. An opinion on a statement that was not asked about, and two on the same one, count for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answering.prompt import Prompt, frame_evidence, load_prompt
from assistant.errors import ModelError
from assistant.llm.chat import ChatModel, Message
from assistant.llm.usage import total
from assistant.records import Answer, Citation, Opinion, Statement, Verdict
from assistant.safe_text import as_data

_TOKENS = 60  # of the reply, for each statement
_LINE = re.compile(r"\s*S(?P<number>\d{1,3})\s?:\s*(?P<word>yes|partly|no)\b\s*(?:[-–—:,.;]\s*(?P<reason>.*))?", re.I)
_VERDICTS = {"yes": Verdict.SUPPORTED, "partly": Verdict.PARTLY, "no": Verdict.UNSUPPORTED}
_STATEMENT_LENGTH = 1_000  # characters
_REASON_LENGTH = 200  # characters
_UNREADABLE = "No second opinion: the model's reply was not in the form it was asked for."


class Judge:
    """Asks a language model what it thinks of the statements of a checked answer."""

    def __init__(self, model: ChatModel) -> None:
        """`model` may be the one that wrote the answer."""
        self._model = model
        self._prompt = load_prompt("judge")

    def judged(self, answer: Answer) -> Answer:
        """The answer with an opinion on each statement that cites a sentence; verdicts are as they were.

        A model that fails leaves the answer without opinions and with a notice; nothing is raised for it.
        """
        asked = [i for i, statement in enumerate(answer.statements) if statement.citations]
        if not asked:
            return answer
        messages = judge_messages(self._prompt, [answer.statements[i] for i in asked])
        try:
            reply = self._model.complete(messages, max_tokens=_TOKENS * len(asked))
        except ModelError as error:
            return replace(answer, notices=(*answer.notices, f"No second opinion: {error}"), judge_id=self._prompt.id)
        opinions = parse_opinions(reply.text, len(asked))
        by_index = dict(zip(asked, opinions, strict=True))
        return replace(
            answer,
            statements=tuple(replace(s, opinion=by_index.get(i)) for i, s in enumerate(answer.statements)),
            usage=total([answer.usage, reply.usage]),
            notices=answer.notices if any(opinions) else (*answer.notices, _UNREADABLE),
            judge_id=self._prompt.id,
        )


def judge_messages(prompt: Prompt, statements: Sequence[Statement]) -> list[Message]:
    """What the model reads to judge `statements`, each with one citation or more; S1 is the first."""
    cited: Mapping[int, Citation] = {c.number: c for s in statements for c in s.citations}
    return prompt.render(
        evidence=frame_evidence(list(cited.values())),
        statements="\n".join(_line(number, statement) for number, statement in enumerate(statements, start=1)),
    )


def parse_opinions(text: str, count: int) -> list[Opinion | None]:
    """The opinions on statements 1 to `count` in the reply `text`, None where it gives none that counts."""
    given: dict[int, list[Opinion]] = {}
    for line in filter(str.strip, text.splitlines()):
        found = _LINE.fullmatch(line)
        if found is None:
            return [None] * count
        reason = as_data(found["reason"] or "", _REASON_LENGTH)
        opinion = Opinion(verdict=_VERDICTS[found["word"].lower()], reason=reason)
        given.setdefault(int(found["number"]), []).append(opinion)
    return [given[n][0] if len(given.get(n, ())) == 1 else None for n in range(1, count + 1)]


def _line(number: int, statement: Statement) -> str:
    markers = "".join(f"[{citation.number}]" for citation in statement.citations)
    return f"S{number}: {as_data(statement.text, _STATEMENT_LENGTH)} {markers}"
