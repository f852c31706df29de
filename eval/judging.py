"""A model as judge of whether an answer agrees with the accepted one. Advisory until measured against people.

The reply must be two lines, a reason and a verdict; anything else is "unscored", which counts against the judge when it
is measured and never as a pass. A refusal is graded by code: it is not an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answering.prompt import load_prompt
from assistant.llm.chat import ChatModel
from assistant.records import Answer
from assistant.safe_text import as_data
from eval.metrics.agreement import accuracy, cohens_kappa
from eval.records import GoldPlace, JudgeCalibration, Judgement, QuestionResult, Status, SuiteQuestion
from eval.statistics import resampled_interval

VERDICTS = ("correct", "partly", "incorrect")
UNSCORED = "unscored"
ENOUGH_LABELS = 50  # answers labelled by people before a judge can be trusted
ENOUGH_KAPPA = 0.6  # lower end of its interval: "substantial" (Landis and Koch 1977, https://doi.org/10.2307/2529310)

_REPLY_TOKENS = 150
_LENGTH = 2_000  # characters of an answer that are read
_REPLY = re.compile(
    r"\s*Reason:[ \t]*(?P<reason>[^\n]*)\n+[ \t]*Verdict:[ \t]*(?P<verdict>correct|partly|incorrect)[ \t]*\.?\s*", re.I
)


class AnswerJudge:
    """Grades answers with one model."""

    def __init__(self, model: ChatModel) -> None:
        """Load the prompt."""
        self._model = model
        self._prompt = load_prompt("grade")

    @property
    def prompt_id(self) -> str:
        """The id of the grading prompt."""
        return self._prompt.id

    def judge(self, question: SuiteQuestion, answer: Answer, gold: Sequence[GoldPlace]) -> Judgement:
        """Grade one answer to an answerable question. Raises `ModelError`."""
        if answer.abstained:
            return Judgement(verdict="incorrect", reason="It was not answered.")
        messages = self._prompt.render(
            question=as_data(question.question, _LENGTH),
            accepted=as_data(accepted_text(question, gold), _LENGTH),
            answer=as_data(" ".join(s.text for s in answer.statements), _LENGTH),
        )
        reply = self._model.complete(messages, max_tokens=_REPLY_TOKENS)
        verdict, reason = read_verdict(reply.text)
        return Judgement(verdict=verdict, reason=reason, model=reply.model, prompt_id=self._prompt.id)


def accepted_text(question: SuiteQuestion, gold: Sequence[GoldPlace]) -> str:
    """Return the right answer in words: the accepted wordings, else the gold sentences."""
    if question.answers:
        return "; and ".join(" or ".join(part) for part in question.answers)
    return " ".join(dict.fromkeys(place.text for place in gold if place.text))


def read_verdict(reply: str) -> tuple[str, str]:
    """Parse verdict and reason; "unscored" for a reply in any other format."""
    found = _REPLY.fullmatch(reply)
    if found is None:
        return UNSCORED, "The reply of the judge was not in the form it was asked for."
    return found["verdict"].lower(), as_data(found["reason"], 300)


def can_judge(question: SuiteQuestion, result: QuestionResult, gold: Sequence[GoldPlace]) -> bool:
    """Whether there is an answer and something to grade it by."""
    known = bool(accepted_text(question, gold))
    return result.status is Status.SCORED and result.answer is not None and not question.unanswerable and known


def measured(
    judged: Mapping[tuple[str, int], Judgement], labels: Mapping[tuple[str, int], str], judge: str, prompt_id: str
) -> JudgeCalibration:
    """Measure the judge's agreement with people on the answers graded by both; refusals are left out.

    Raises `ValueError` if there are none.
    """
    keys = [key for key in labels if key in judged and judged[key].prompt_id]
    if not keys:
        raise ValueError("no answer has both a label and a judgement")
    pairs = [(judged[key].verdict, labels[key]) for key in keys]

    def kappa(rows: Sequence[tuple[str, str]]) -> float:
        return cohens_kappa([a for a, _ in rows], [b for _, b in rows])

    low, high = resampled_interval(pairs, kappa)
    return JudgeCalibration(
        judge=judge,
        prompt_id=prompt_id,
        n=len(pairs),
        unscored=sum(verdict == UNSCORED for verdict, _ in pairs),
        accuracy=accuracy([a for a, _ in pairs], [b for _, b in pairs]),
        kappa=kappa(pairs),
        kappa_low=low,
        kappa_high=high,
        trusted=len(pairs) >= ENOUGH_LABELS and low >= ENOUGH_KAPPA,
        confusion={f"{human} judged {verdict}": pairs.count((verdict, human)) for verdict, human in sorted(set(pairs))},
    )
