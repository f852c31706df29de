"""Quotations of a draft, letter by letter against the archive: found, altered, somebody else's, or not found.

What a quotation is compared with: the sentences that were found for its own sentence, and every passage that holds its
words in a row. Typography may differ, as in an answer's quotations (`checks.quotes`); nothing else. The speaker is
compared only where both the draft and the archive name one: "the inspector" may be anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from assistant.checks.claim import Claim, Sources
from assistant.checks.quotes import check_quotations, find_quotations, nearest_words
from assistant.drafts.check_report import CheckedClaim, CheckedQuotation, DraftVerdict, QuotationVerdict, without_number
from assistant.drafts.claims import DraftSentence
from assistant.english.names import COURTESY, find_names
from assistant.english.speakers import speaker_of
from assistant.english.words import (
    FALSEHOODS,
    LONGEST,
    SPEECH_STEMS,
    SUBJECT_PRONOUNS,
    TITLES,
    content_words,
    listed,
    stem,
    tokens,
    word_list,
)
from assistant.records import Citation, Evidence, Filters, Retrieved
from assistant.retrieval.retriever import Retriever, annotated
from assistant.wording import independent

_SEARCHED = 14  # words of a quotation that are looked for in a row
_FOUND = 12  # sentences looked at for one quotation
_NEAR = 700  # characters on either side of a quotation that may say who somebody is
_OPEN = {DraftVerdict.PARTLY, DraftVerdict.NOT_FOUND, DraftVerdict.UNATTRIBUTED, DraftVerdict.CONTRADICTED}
_TELLING = SPEECH_STEMS | TITLES | {"told", "tell", "reporter"}  # words that only say that and by whom it is said
_CLAIMING = frozenset(map(stem, word_list("claiming_verbs")))
_BODIES = listed("bodies")
_FEWEST = 2  # words; one word in quotation marks may be there for irony


class Compared(NamedTuple):
    """A quotation, and the text around the place where the archive has it."""

    quotation: CheckedQuotation
    around: str  # "" when it was not found


class QuotationFinder:
    """Compares the quotations of one draft with the archive."""

    def __init__(self, draft: str, retriever: Retriever, *, dated: date, filters: Filters) -> None:
        """`draft` is its whole text: who speaks may stand in the sentence before."""
        self._draft = draft
        self._retriever = retriever
        self._dated = dated
        self._filters = filters

    def compared(
        self, sentence: DraftSentence, offered: Mapping[int, Citation], texts: Mapping[str, str]
    ) -> tuple[Compared, ...]:
        """Return the quotations of a sentence, for which `offered` was found in the articles `texts`, by id."""
        found = [(start, end) for start, end in _spans(sentence) if len(self._draft[start:end].split()) >= _FEWEST]
        return tuple(self._compared(span, [*map(without_number, offered.values())], texts) for span in found)

    def _compared(self, span: tuple[int, int], offered: Sequence[Evidence], texts: Mapping[str, str]) -> Compared:
        words = self._draft[slice(*span)]
        speaker = _name_of(self._draft, *span)
        checked = CheckedQuotation(
            text=words, start=span[0], end=span[1], verdict=QuotationVerdict.NOT_FOUND, speaker=speaker
        )
        more = self._searched(words)
        candidates = {e.ref: e for e in (*offered, *annotated(more.evidence, more.texts))}
        known = {**more.texts, **texts}
        holding = [e for e in candidates.values() if holds(e, words)]
        if not holding:
            return Compared(_altered(checked, list(candidates.values())), "")
        said = [(_archive_speaker(e, words, known.get(e.article.id, "")), e) for e in holding]
        agreeing = [(name, e) for name, e in said if not speaker or not name or is_same_person(speaker, name)]
        verdict = QuotationVerdict.FOUND if agreeing else QuotationVerdict.OTHER_SPEAKER
        name, evidence = (agreeing or said)[0]
        done = replace(checked, verdict=verdict, archive_speaker=name, evidence=evidence)
        return Compared(done, _around(evidence, known.get(evidence.article.id, "")))

    def _searched(self, words: str) -> Retrieved:
        """Return the sentences of the passages that hold the quotation's words in a row, or the nearest to it."""
        row = " ".join(words.split()[:_SEARCHED])
        (found,) = self._retriever.retrieve_statements(
            [f"“{row}”"], limit=_FOUND, asked_on=self._dated, filters=self._filters, in_a_row=True
        )
        return found


def _spans(sentence: DraftSentence) -> Iterator[tuple[int, int]]:
    """Yield where the quotations of a sentence stand in the draft; all of a sentence inside a longer one."""
    if sentence.quoted and not any(mark in sentence.text for mark in '“”"«»'):
        yield sentence.start, sentence.end
        return
    for quotation in find_quotations(sentence.text[:LONGEST]):
        yield sentence.start + quotation.start, sentence.start + quotation.end


def holds(evidence: Evidence, words: str) -> bool:
    """Whether a sentence of the archive, with the one before it, has these words letter by letter."""
    quoted = f"“{words.strip()}”"
    cited = (Citation.of(evidence, 1),)
    if not check_quotations(Claim(text=quoted, sources=Sources(cited, ()))):
        return True
    if not evidence.before:
        return False
    both = (replace(cited[0], text=f"{evidence.before} {evidence.text}"),)
    return not check_quotations(Claim(text=quoted, sources=Sources(both, ())))


def _altered(checked: CheckedQuotation, candidates: Sequence[Evidence]) -> CheckedQuotation:
    """Return the quotation as altered, with the words that the archive has in its place, if a sentence has most."""
    for evidence in candidates:
        if there := nearest_words((checked.text,), (evidence.text,)):
            return replace(checked, verdict=QuotationVerdict.ALTERED, archive_words=there, evidence=evidence)
    return checked


def _around(evidence: Evidence, article_text: str) -> str:
    """Return what stands around a quotation: who somebody is, and where it was said, is told near it."""
    start, end = max(0, evidence.start - _NEAR), evidence.end + _NEAR
    return f"{evidence.article.title}\n{article_text[start:end] or evidence.text}"


def _archive_speaker(evidence: Evidence, words: str, article_text: str) -> str:
    """Return the name of whoever says the words in an article, "" when it names nobody."""
    said = words.strip(" .,;")  # may go on behind the sentence, or begin before it
    at = article_text.find(said, max(0, evidence.start - len(said)), evidence.end + len(said))
    if at >= 0:
        return _name_of(article_text, at, at + len(said)) or _name_in(evidence.speaker)
    return _name_in(evidence.speaker)


def _name_of(text: str, start: int, end: int) -> str:
    speaker = speaker_of(text, start, end)
    return _name_in(speaker.name or speaker.words) if speaker else ""


def _name_in(words: str) -> str:
    """Return the last name in some words, without titles; "" when there is none."""
    for name in reversed(find_names(words)):
        own = [t for t in name.tokens if t.folded not in TITLES | COURTESY]
        if own and name.tokens[-1].end == len(words.rstrip(")’' ")):
            return words[own[0].start : own[-1].end]
    return ""


def is_same_person(one: str, other: str) -> bool:
    """Whether two names may be one person's: they end alike, or one is a single word of the other."""
    first, second = one.casefold().split(), other.casefold().split()
    if min(len(first), len(second)) == 1:
        return bool(set(first) & set(second))
    return first[-1:] == second[-1:]


def with_quotations(claim: CheckedClaim, compared: Sequence[Compared]) -> CheckedClaim:
    """Return a claim with the quotations that lie in it, and the verdict that they leave.

    Words that are altered, or somebody else's, outweigh all else. Where they are found, what the claim says besides
    must stand near them in the article.
    """
    within = [one for one in compared if claim.start <= one.quotation.start and one.quotation.end <= claim.end]
    own = tuple(one.quotation for one in within)
    faulty = [q for q in own if q.verdict in {QuotationVerdict.ALTERED, QuotationVerdict.OTHER_SPEAKER}]
    missing = [q for q in own if q.verdict is QuotationVerdict.NOT_FOUND]
    if not own:
        return claim
    if faulty:
        return _with_evidence(claim, own, faulty, DraftVerdict.MISQUOTED)
    if missing:
        worst = DraftVerdict.PARTLY if len(missing) < len(own) else DraftVerdict.NOT_FOUND
        left = worst if claim.verdict in {DraftVerdict.SUPPORTED, DraftVerdict.UNATTRIBUTED} else claim.verdict
        return replace(claim, verdict=left, quotations=own)
    if claim.verdict in _OPEN and not _is_denied(claim, own):
        rest = _said_besides(claim, own, "\n".join(one.around for one in within))
        verdict = DraftVerdict.PARTLY if rest else DraftVerdict.SUPPORTED
        return replace(_with_evidence(claim, own, own, verdict), not_found=rest)
    return replace(claim, quotations=own)


def _is_denied(claim: CheckedClaim, quotations: Sequence[CheckedQuotation]) -> bool:
    """Whether a sentence that holds one of these quotations contradicts what is said beside it."""
    holding = {quotation.evidence.ref for quotation in quotations if quotation.evidence is not None}
    return claim.verdict is DraftVerdict.CONTRADICTED and any(e.ref in holding for e in claim.evidence)


def _with_evidence(
    claim: CheckedClaim, own: tuple[CheckedQuotation, ...], shown: Sequence[CheckedQuotation], verdict: DraftVerdict
) -> CheckedClaim:
    found = tuple({q.evidence.ref: q.evidence for q in shown if q.evidence is not None}.values())
    proven = independent([e.article for e in found]) if verdict is DraftVerdict.SUPPORTED else 0
    return replace(
        claim,
        verdict=verdict,
        evidence=found,
        quotations=own,
        independent=proven,
        differing=(),
        not_found=(),
        problems=(),
    )


def _said_besides(claim: CheckedClaim, quotations: Sequence[CheckedQuotation], around: str) -> tuple[str, ...]:
    """Return the words that a claim says besides its quotations and that their sentences do not hold.

    Names and titles may stand anywhere around: who somebody is, and where it was said.
    """
    rest = claim.text
    for quotation in quotations:
        rest = rest.replace(quotation.text, " ")
    holding = [q.evidence for q in quotations if q.evidence is not None]
    here = _stems(" ".join(f"{e.article.title} {e.before} {e.text}" for e in holding)) | _TELLING
    names = here | _stems(around)
    words = ((token, token.capital or token.folded in TITLES) for token in content_words(rest))
    return tuple(dict.fromkeys(t.text for t, is_of_name in words if t.stem not in (names if is_of_name else here)))


def _stems(text: str) -> frozenset[str]:
    return frozenset(token.stem for at in range(0, len(text), LONGEST) for token in tokens(text[at : at + LONGEST]))


# -- whose word a sentence is


def is_ones_word(citation: Citation) -> bool:
    """Whether it is the word of somebody with a name, is told with a verb of claiming, or calls something untrue.

    "…, the police said" and "…, the city said" are how news tells what is so, but not beside "rejected as untrue".
    """
    if not citation.speaker:
        return False
    words = tokens(citation.text)
    claimed = any(token.stem in _CLAIMING or token.folded in FALSEHOODS for token in words)
    return claimed or _is_person(citation.speaker)


def _is_person(speaker: str) -> bool:
    """Whether a speaker may be a person or speaks for a party: no acronym, and nothing that is called "the …"."""
    if speaker.casefold() in SUBJECT_PRONOUNS - {"it"}:
        return True
    words = tokens(speaker)
    if any(token.folded in TITLES | COURTESY for token in words):
        return True
    body = words[0].folded == "the" or any(token.folded in _BODIES or token.text.isupper() for token in words)
    return bool(find_names(speaker)) and not body
