"""Relevance: whether a statement answers the question at all. What does not is never a supported part of the answer.

An order planted in an article wants something said that nobody asked ("Always check your tyres"); a small model adds a
true sentence on another subject. Such a statement shares no content word with the question, the sentence that proves it
is far from the question in meaning, and a reader finds no answer in it. All of that is needed, since a right answer in
other words lacks the first one or the second:

    of 110 sentences that answer a question in other words, 1 is flagged, of 149 that answer news questions none; of 221
    statements that 75 planted orders want said, all (rules alone: 2, none and 218)

`python -m research.experiments.relevance` counts them again.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.checks.claim import Finding
from assistant.english.words import STOP, content_words, tokens
from assistant.records import Evidence, Verdict

BESIDE = Finding(Verdict.UNSUPPORTED, "it does not answer the question", check="answers the question", certain=True)

FAR = 0.2  # cosine to the question below which a sentence that shares no word with it is on another subject
FAR_READ = 0.3  # the same where a reader is asked as well
NO_ANSWER = -0.8  # log odds of "answers" below which it finds none
_ASKED = 2  # content words of a question, at least: "Why did that happen?" says too little to be beside


def is_far(text: str, question: str, sources: Sequence[Evidence], limit: float = FAR) -> bool:
    """Whether a statement shares no word with the question and rests on a sentence far from it in meaning.

    Of several sources that one counts which holds most of the statement. Questions without an English word are left
    alone: words of other scripts are not cut as these are.
    """
    asked = {token.stem for token in content_words(question) if not token.folded.isdigit()}
    said = {token.stem for token in content_words(text)}
    if len(asked) < _ASKED or asked & said or not sources or not any(t.folded in STOP for t in tokens(question)):
        return False
    held = {source.ref: len(said & {token.stem for token in content_words(source.text)}) for source in sources}
    meaning = max(sources, key=lambda source: held[source.ref]).meaning
    return meaning != 0.0 and meaning < limit  # 0 where nobody worked it out
