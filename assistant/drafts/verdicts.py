"""The verdict on one claim: what the archive says of it, by the sentences that were found for it.

    proven?  -> supported, unless a later sentence gives another reading or a correction (outdated),
                or every sentence that proves it is what somebody says (attribution missing)
    not?     -> a sentence on the same thing has another figure, day, name or the opposite verb (contradicted),
                or holds a part of it (partly), or nothing comes near (not found)

Proof is made as for an answer (`checks.proof`): what it learns to read, this learns too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.checks.dates import dates_of
from assistant.checks.proof import Proof, prove
from assistant.checks.quotes import same_words
from assistant.checks.reading import CalibratedReader
from assistant.checks.verify import Checked, check_statement
from assistant.drafts.check_report import CheckedClaim, Differing, DraftVerdict, without_number
from assistant.drafts.claims import DraftClaim
from assistant.drafts.differences import corrected_figure, differences, share
from assistant.english.names import find_names
from assistant.english.word_classes import SPEECH_STEMS, SUBJECT_PRONOUNS
from assistant.english.word_lists import word_list
from assistant.english.words import clipped, content_words, stem, tokens
from assistant.records import Citation, Verdict
from assistant.wording import independent

_NEAREST = 3  # sentences shown where nothing was found
_COMPARED = 6  # sentences in which a difference is looked for, those that share most first
_ALSO = 4  # further sentences that are tried as proof
_ALIKE = 0.8  # share of a claim's weight that such a sentence holds
_CLAIMING = frozenset(map(stem, word_list("claiming_verbs")))
_CHANGING = {"figure", "word"}  # what may change with time; another name or day is another thing
_READ = 2  # sentences that a reader is asked about where nothing proves a claim
_REFUTED = 0.7  # the reader's belief from which a sentence is said to speak against a claim
_PARTLY = 0.5  # the same for a sentence that holds a part of a claim

Offered = Mapping[int, Citation]


@dataclass(frozen=True, slots=True)
class Bench:
    """The sentences that were found for one sentence of a draft, and how its claims are judged by them."""

    offered: Offered
    dated: date  # the day of the draft
    reading: CalibratedReader | None = None

    def verdict_on(self, claim: DraftClaim, whole: Proof | None = None) -> CheckedClaim:
        """Return the claim with its verdict; `whole` is the proof of the sentence that it is a part of, if proven."""
        proof = whole or self.proof_of(claim.read_as)
        if proof.checked.verdict is Verdict.SUPPORTED:
            return self._proven(claim, proof)
        return self._unproven(claim, proof)

    def proof_of(self, text: str) -> Proof:
        """Return the best proof of a statement among the sentences."""
        return prove(text, (), self.offered, asked_on=self.dated, reading=self.reading)

    def checked_by(self, text: str, number: int) -> Checked:
        """Check a statement against one of the sentences."""
        return check_statement(text, (number,), self.offered, asked_on=self.dated, reading=self.reading)

    def differences(self, text: str, number: int) -> tuple[Differing, ...]:
        """Return what a statement has differently from one of the sentences."""
        return differences(text, number, self.offered, self.dated)

    def by_share(self, text: str) -> list[tuple[int, Citation]]:
        """Return the sentences that hold most of a statement first: words that few of them have count most.

        What the rest of their article holds counts half.
        """
        here = {n: {token.stem for token in content_words(citation.text)} for n, citation in self.offered.items()}
        around: dict[str, set[str]] = {}
        for n, citation in self.offered.items():
            beside = {t.stem for words in (citation.article.title, citation.before) for t in content_words(words)}
            around.setdefault(citation.article.id, set()).update(here[n], beside)
        stems = {token.stem for token in content_words(text)}
        rarity = {stem: math.log(1 + len(here) / (1 + sum(stem in words for words in here.values()))) for stem in stems}

        def held(n: int) -> float:
            there = around[self.offered[n].article.id]
            return sum(w if s in here[n] else w / 2 for s, w in rarity.items() if s in here[n] or s in there)

        return sorted(self.offered.items(), key=lambda pair: -held(pair[0]))

    def _proven(self, claim: DraftClaim, proof: Proof) -> CheckedClaim:
        proving = [*proof.citations, *self._also_proving(claim, proof)]
        if newer := self._newer(claim, proving):
            return _checked(claim, DraftVerdict.OUTDATED, proving, differing=newer)
        if speaker := _only_said(claim, proving):
            problem = f"the archive has it only as what {clipped(speaker)} says"
            return _checked(claim, DraftVerdict.UNATTRIBUTED, proving, problems=(problem,))
        return _checked(claim, DraftVerdict.SUPPORTED, proving)

    def _also_proving(self, claim: DraftClaim, proof: Proof) -> list[Citation]:
        """Return one more sentence from each other article that proves the claim by itself."""
        seen = {citation.article.id for citation in proof.citations}
        found: list[Citation] = []
        tried = 0
        for number, citation in self.by_share(claim.read_as):
            if citation.article.id in seen or tried == _ALSO or share(claim.read_as, citation.text) < _ALIKE:
                continue
            tried += 1
            if self.checked_by(claim.read_as, number).verdict is Verdict.SUPPORTED:
                seen.add(citation.article.id)
                found.append(citation)
        return found

    def _newer(self, claim: DraftClaim, proving: Sequence[Citation]) -> tuple[Differing, ...]:
        """Return what a sentence later than all that prove the claim has differently, or takes back.

        What is told of a day stays true of that day: then only a correction counts.
        """
        last = max(citation.article.published or date.min for citation in proving)
        corrected_in = {citation.article.id for citation in proving if _tells_of_errors(citation)}
        later = [
            (number, citation)
            for number, citation in self.by_share(claim.read_as)
            if (citation.article.published or date.min) > last or citation.article.id in corrected_in
        ]
        if corrected := self._corrected(claim):
            return corrected
        if dates_of(claim.read_as, self.dated):
            return ()
        for number, _ in later[:_COMPARED]:
            if found := tuple(d for d in self.differences(claim.read_as, number) if d.kind in _CHANGING):
                return found
        return ()

    def _corrected(self, claim: DraftClaim) -> tuple[Differing, ...]:
        """Return the figure of a claim that a correction takes back."""
        for citation in self.offered.values():
            if denied := corrected_figure(claim.read_as, citation):
                said = claim.read_as[denied.start : denied.end]
                shown = without_number(citation)
                return (Differing(kind="figure", said=said, archive=f"not {said}", evidence=shown),)
        return ()

    def _unproven(self, claim: DraftClaim, proof: Proof) -> CheckedClaim:
        nearest = self.by_share(claim.read_as)
        if corrected := self._corrected(claim):
            return _checked(claim, DraftVerdict.OUTDATED, [c for _, c in nearest[:1]], differing=corrected)
        for number, citation in nearest[:_COMPARED]:
            if found := self.differences(claim.read_as, number):
                return _checked(claim, DraftVerdict.CONTRADICTED, [citation], differing=found)
        if refuted := self._refuted(claim, nearest[:_READ]):
            return refuted
        if proof.checked.verdict is Verdict.PARTLY:
            missing = tuple(claim.read_as[start:end] for start, end in proof.checked.not_proven)
            said = proof.checked.problems
            return _checked(claim, DraftVerdict.PARTLY, proof.citations, not_found=missing, problems=said)
        if nearest and share(claim.read_as, nearest[0][1].text) >= _PARTLY:
            number, citation = nearest[0]
            said = self.checked_by(claim.read_as, number).problems
            missing = _unheld(claim.read_as, citation.text)
            return _checked(claim, DraftVerdict.PARTLY, [citation], not_found=missing, problems=said)
        return _checked(claim, DraftVerdict.NOT_FOUND, [citation for _, citation in nearest[:_NEAREST]])

    def _refuted(self, claim: DraftClaim, nearest: Sequence[tuple[int, Citation]]) -> CheckedClaim | None:
        """Return the claim as contradicted by the first sentence that the reader is sure speaks against it."""
        if self.reading is None:
            return None
        for number, citation in nearest:
            read = self.checked_by(claim.read_as, number).read
            if read is not None and read.refuted >= _REFUTED and share(claim.read_as, citation.text) >= _PARTLY:
                said = ", ".join(_unheld(claim.read_as, citation.text)) or clipped(claim.read_as)
                there = ", ".join(_unheld(citation.text, claim.read_as)) or clipped(citation.text)
                shown = Differing(kind="words", said=said, archive=clipped(there), evidence=without_number(citation))
                return _checked(claim, DraftVerdict.CONTRADICTED, [citation], differing=(shown,))
        return None


_OF_ERRORS = ("retraction", "correction", "clarification")


def _tells_of_errors(citation: Citation) -> bool:
    """Whether an article corrects what was printed: then it gives the old reading and the new one."""
    return citation.article.notice_kind in _OF_ERRORS or "correct" in citation.article.title.casefold()


def _only_said(claim: DraftClaim, proving: Sequence[Citation]) -> str:
    """Return who says it when nothing but somebody's words proves a claim that names no speaker; "" otherwise."""
    if any(token.stem in SPEECH_STEMS or token.folded == "according" for token in tokens(claim.read_as)):
        return ""
    if any(not _is_ones_word(citation) or same_words(claim.text, citation.text) for citation in proving):
        return ""
    return proving[0].speaker


def _is_ones_word(citation: Citation) -> bool:
    """Whether a sentence is the word of somebody with a name, or is told with a verb of claiming.

    "…, the police said" and "…, the city said" are how news tells what is so.
    """
    if not citation.speaker:
        return False
    named = bool(find_names(citation.speaker)) or citation.speaker.casefold() in SUBJECT_PRONOUNS
    return named or any(token.stem in _CLAIMING for token in tokens(citation.text))


def _unheld(text: str, source: str) -> tuple[str, ...]:
    stems = {token.stem for token in content_words(source)}
    return tuple(dict.fromkeys(token.text for token in content_words(text) if token.stem not in stems))


def _checked(
    claim: DraftClaim,
    verdict: DraftVerdict,
    citations: Sequence[Citation],
    *,
    differing: tuple[Differing, ...] = (),
    not_found: tuple[str, ...] = (),
    problems: tuple[str, ...] = (),
) -> CheckedClaim:
    proven = verdict in {DraftVerdict.SUPPORTED, DraftVerdict.OUTDATED, DraftVerdict.UNATTRIBUTED}
    return CheckedClaim(
        text=claim.text,
        start=claim.start,
        end=claim.end,
        read_as=claim.read_as,
        verdict=verdict,
        evidence=tuple(map(without_number, citations)),
        independent=independent([citation.article for citation in citations]) if proven else 0,
        differing=differing,
        not_found=not_found,
        problems=problems,
    )
