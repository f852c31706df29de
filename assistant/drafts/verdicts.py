"""The verdict on one claim: what the archive says of it, by the sentences that were found for it.

    proven?  -> supported, unless a later sentence gives another reading or a correction (outdated),
                or every sentence that proves it is what somebody says (attribution missing)
    not?     -> a sentence on the same thing has another figure, day, name or the opposite verb (contradicted),
                or holds a part of it (partly), or nothing comes near (not found)

Proof is made as for an answer (`checks.proof`): what it learns to read, this learns too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from datetime import date

from assistant.checks.dates import dates_of
from assistant.checks.doers import repeats
from assistant.checks.proof import Proof, prove
from assistant.checks.quotes import same_words
from assistant.checks.reading import CalibratedReader
from assistant.checks.verify import Checked, check_statement
from assistant.drafts.check_report import CheckedClaim, Differing, DraftVerdict, without_number
from assistant.drafts.claims import DraftClaim
from assistant.drafts.differences import (
    comes_near,
    corrected_figure,
    corrects_to,
    differences,
    repeats_an_error,
    share,
    tells_of_errors,
    turned_words,
    unheld,
    word_differences,
)
from assistant.drafts.quoted import is_ones_word
from assistant.english.words import SPEECH_STEMS, SUBJECT_PRONOUNS, clipped, content_words, tokens
from assistant.records import Citation, Verdict
from assistant.wording import independent

_NEAREST = 3  # sentences shown where nothing was found, at most
_COMPARED = 6  # sentences in which a difference is looked for, those that share most first
_ALSO = 4  # further sentences that are tried as proof
_ALIKE = 0.8  # share of a claim's weight that such a sentence holds
_CHANGING = {"figure", "word"}  # what may change with time; another name or day is another thing
_READ = 3  # sentences that a reader is asked about where nothing proves a claim
_LEAST = 0.3  # share of a claim's weight that a sentence holds which is read ahead
_PARTLY = 0.5  # the same for a sentence that holds a part of a claim
_ALL_BUT = 0.6  # the same for one that a reader may find to speak against it
_UNSEEN = 0.65  # belief from which one does though no word of it can be set beside one of the claim
_NEAR = 0.75  # the same for one that does so although others prove it

Offered = Mapping[int, Citation]


class Bench:
    """The sentences that were found for one sentence of a draft, and how its claims are judged by them."""

    def __init__(
        self, offered: Offered, dated: date, reading: CalibratedReader | None = None, confidence: float = 1.0
    ) -> None:
        """`dated` is the day of the draft, `confidence` how likely the archive holds what the sentence tells."""
        self.offered = offered
        self._confidence = confidence
        self._dated = dated
        self._reading = reading.searching() if reading else None
        self._words = {n: _stems_of(citation.text) for n, citation in offered.items()}
        self._ordered: dict[str, list[tuple[int, Citation]]] = {}

    def verdict_on(self, claim: DraftClaim, whole: Proof | None = None) -> CheckedClaim:
        """Return the claim with its verdict; `whole` is the proof of the sentence that it is a part of, if proven."""
        proof = whole or self._copied(claim.read_as) or self.proof_of(claim.read_as)
        if proof.checked.verdict is Verdict.SUPPORTED and self._is_found(claim, proof):
            return self._proven(claim, proof)
        return self._unproven(claim, proof)

    def proof_of(self, text: str) -> Proof:
        """Return the best proof of a statement among the sentences."""
        return prove(text, (), self.offered, asked_on=self._dated, reading=self._reading)

    def _is_found(self, claim: DraftClaim, proof: Proof) -> bool:
        """Whether a reader's word may stand: of what the archive hardly holds, a reader believes too much.

        Of 96 claims about stories that a library of news did not hold, it took 24 for proven by other stories.
        """
        if proof.checked.read is None or self._reading is None or self._reading.calibration is None:
            return True
        held = share(claim.read_as, " ".join(citation.text for citation in proof.citations))
        return held >= _ALL_BUT or self._confidence >= self._reading.calibration.found

    def _copied(self, text: str) -> Proof | None:
        """Return the proof by a sentence that has the statement word for word, of which no reader need be asked."""
        words = text.rstrip(".!")
        for number, citation in self.offered.items():
            if words in citation.text:
                proof = prove(text, (number,), {number: citation}, asked_on=self._dated)
                return proof if proof.checked.verdict is Verdict.SUPPORTED else None
        return None

    def checked_by(self, text: str, number: int) -> Checked:
        """Check a statement against one of the sentences."""
        return check_statement(text, (number,), self.offered, asked_on=self._dated, reading=self._reading)

    def differences(self, text: str, number: int) -> tuple[Differing, ...]:
        """Return what a statement has differently from one of the sentences.

        What a correction gives as the right reading differs from nothing, though older articles have another.
        """
        found = differences(text, number, self.offered, self._dated)
        return tuple(d for d in found if not self._is_right(text, d.said))

    def _is_right(self, text: str, said: str) -> bool:
        """Whether a correction gives these words of a statement as the right ones, not as what was wrong."""
        return any(corrects_to(text, said, citation) for citation in self.offered.values())

    def by_share(self, text: str) -> list[tuple[int, Citation]]:
        """Return the sentences that hold most of a statement first: words that few of them have count most.

        What the rest of their article holds counts half.
        """
        if text not in self._ordered:
            self._ordered[text] = self._by_share(_stems_of(text))
        return self._ordered[text]

    def _by_share(self, stems: Set[str]) -> list[tuple[int, Citation]]:
        here = self._words
        around: dict[str, set[str]] = {}
        for n, citation in self.offered.items():
            beside = _stems_of(citation.article.title) | _stems_of(citation.before)
            around.setdefault(citation.article.id, set()).update(here[n], beside)
        rarity = {stem: math.log(1 + len(here) / (1 + sum(stem in words for words in here.values()))) for stem in stems}

        def held(n: int) -> float:
            there = around[self.offered[n].article.id]
            return sum(w if s in here[n] else w / 2 for s, w in rarity.items() if s in here[n] or s in there)

        return sorted(self.offered.items(), key=lambda pair: -held(pair[0]))

    def worth_reading(self, text: str) -> list[tuple[str, tuple[Citation, ...]]]:
        """Return the pairs of statement and sentence that a reader will be asked about, as far as can be foreseen.

        None of a statement that is in the archive word for word.
        """
        if any(text.rstrip(".!") in citation.text for citation in self.offered.values()):
            return []
        nearest = (citation for _, citation in self.by_share(text)[:_READ])
        return [(text, (citation,)) for citation in nearest if share(text, citation.text) >= _LEAST]

    def _proven(self, claim: DraftClaim, proof: Proof) -> CheckedClaim:
        if denied := self._turned(claim, proof.citations) or self._denied(claim, proof):
            return denied
        others = self._also_proving(claim, proof)
        proving = [*proof.citations, *others]
        if newer := self._newer(claim, proving):
            return _checked(claim, DraftVerdict.OUTDATED, proving, differing=newer)
        main = max(proof.citations, key=lambda citation: share(claim.read_as, citation.text))
        if speaker := _only_said(claim, [main, *others]):
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
        corrected_in = {citation.article.id for citation in proving if tells_of_errors(citation)}
        later = [
            (number, citation)
            for number, citation in self.by_share(claim.read_as)
            if (citation.article.published or date.min) > last or citation.article.id in corrected_in
        ]
        if corrected := self._corrected(claim):
            return corrected
        if dates_of(claim.read_as, self._dated):
            return ()
        for number, citation in later[:_COMPARED]:
            found = tuple(d for d in self.differences(claim.read_as, number) if d.kind in _CHANGING)
            if found and self._leans_against(claim, citation):
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

    def _put_right(self, claim: DraftClaim) -> tuple[Differing, ...]:
        """Return what a correction gives as right in the place of what it repeats and a claim still says."""
        nearest = self.by_share(claim.read_as)[:_COMPARED]
        repeating = {
            citation.article.id
            for number, citation in nearest
            if repeats_an_error(citation)
            and share(claim.read_as, citation.text) >= _ALL_BUT
            and not self.differences(claim.read_as, number)
        }
        right = (self.differences(claim.read_as, n) for n, citation in nearest if citation.article.id in repeating)
        return next((found for found in right if found), ())

    def _unproven(self, claim: DraftClaim, proof: Proof) -> CheckedClaim:
        nearest = self.by_share(claim.read_as)
        if corrected := self._corrected(claim) or self._put_right(claim):
            return _checked(claim, DraftVerdict.OUTDATED, [c for _, c in nearest[:1]], differing=corrected)
        standing = [(n, citation) for n, citation in nearest if not repeats_an_error(citation)]
        if contradicted := self._contradicted(claim, standing):
            return contradicted
        if proof.checked.verdict is Verdict.PARTLY:
            missing = tuple(claim.read_as[start:end] for start, end in proof.checked.not_proven)
            said = proof.checked.problems
            return _checked(claim, DraftVerdict.PARTLY, proof.citations, not_found=missing, problems=said)
        if part := self._part_in(claim, nearest):
            said = self.checked_by(claim.read_as, part[0].number).problems if len(part) == 1 else ()
            missing = unheld(claim.read_as, " ".join(citation.text for citation in part))
            return _checked(claim, DraftVerdict.PARTLY, part, not_found=missing, problems=said)
        near = [citation for _, citation in nearest[:_NEAREST] if comes_near(claim.read_as, citation.text)]
        return _checked(claim, DraftVerdict.NOT_FOUND, near)

    def _part_in(self, claim: DraftClaim, nearest: Sequence[tuple[int, Citation]]) -> list[Citation]:
        """Return the sentence that holds a part of a claim, or those of one article that do together; [] for none."""
        first = next((citation for _, citation in nearest), None)
        if first is None or not comes_near(claim.read_as, first.text):
            return []
        held = share(claim.read_as, first.text)
        if held >= _PARTLY:
            return [first]
        part, text = [first], first.text
        for _, citation in nearest[1:_COMPARED]:
            if citation.article.id == first.article.id and share(claim.read_as, f"{text} {citation.text}") > held:
                part, text = [*part, citation], f"{text} {citation.text}"
                held = share(claim.read_as, text)
        return part if held >= _ALL_BUT else []

    def _contradicted(self, claim: DraftClaim, nearest: Sequence[tuple[int, Citation]]) -> CheckedClaim | None:
        """Return the claim as contradicted by the first sentence that has something else in the place of a part of it.

        With a reader, a difference that the rules see counts only where the reader leans against the claim too; and
        the sentence nearest of all contradicts it where the reader is sure, though no rule sees a difference.
        """
        if self._reading is None or self._reading.calibration is None:
            found = ((self.differences(claim.read_as, n), citation) for n, citation in nearest[:_COMPARED])
            return next(
                (_contradiction(claim, citation, differing) for differing, citation in found if differing), None
            )
        sure = self._reading.calibration
        if turned := self._turned(claim, [citation for _, citation in nearest[:_READ]]):
            return turned
        for number, citation in nearest[:_READ]:
            differing = self.differences(claim.read_as, number)
            is_near = citation is nearest[0][1] and self._may_deny(claim, citation, _ALL_BUT)
            refuted = self._refuted(claim, citation) if differing or is_near else 0.0
            if differing and refuted >= (sure.refuted if _is_of_names(differing) else sure.against):
                return _contradiction(claim, citation, differing)
            if is_near and (denied := self._read_against(claim, citation)):
                return denied
        return None

    def _read_against(self, claim: DraftClaim, citation: Citation) -> CheckedClaim | None:
        """Return a claim as contradicted where the reader is sure, the more so where nothing stands side by side."""
        refuted, differing = self._refuted(claim, citation), word_differences(claim.read_as, citation)
        seen = any(difference.kind == "word" for difference in differing)
        sure = self._reading.calibration.refuted if self._reading and self._reading.calibration else 1.0
        return _contradiction(claim, citation, differing) if refuted >= max(sure, 0 if seen else _UNSEEN) else None

    def _denied(self, claim: DraftClaim, proof: Proof) -> CheckedClaim | None:
        """Return a claim that a reader takes for proven as contradicted, where a nearer sentence speaks against it."""
        if proof.checked.read is None or self._reading is None or self._reading.calibration is None:
            return None
        citation = self.by_share(claim.read_as)[0][1]
        proving = " ".join(c.text for c in proof.citations)
        if not self._may_deny(claim, citation, max(_NEAR, share(claim.read_as, proving))):
            return None
        return self._read_against(claim, citation)

    def _turned(self, claim: DraftClaim, citations: Sequence[Citation]) -> CheckedClaim | None:
        """Return a claim that repeats one of these sentences with words in each other's places as contradicted."""
        for citation in citations:
            if turned := turned_words(claim.read_as, citation):
                return _contradiction(claim, citation, turned)
        return None

    def _may_deny(self, claim: DraftClaim, citation: Citation, least: float) -> bool:
        """Whether a sentence is so near to a claim, by its share, that a reader may say it speaks against it.

        Not where the claim only leaves words of it out, nor where it only lacks names: it may call them "she" or "we",
        or say "the bridge" where its article has named the bridge.
        """
        if share(claim.read_as, citation.text) < least or repeats(claim.read_as, citation.text):
            return False
        lacking = unheld(claim.read_as, citation.text)
        if not lacking or not all(word[0].isupper() for word in lacking):
            return True
        pronoun = any(token.folded in SUBJECT_PRONOUNS for token in tokens(citation.text))
        return not (pronoun or all(_stems_of(word) <= self._told_in(citation.article.id) for word in lacking))

    def _told_in(self, article: str) -> Set[str]:
        """Return the words of the sentences that were found in an article, of those before them and of its title."""
        there = [c for c in self.offered.values() if c.article.id == article]
        return frozenset().union(*(_stems_of(text) for c in there for text in (c.text, c.before, c.article.title)))

    def _leans_against(self, claim: DraftClaim, citation: Citation) -> bool:
        """Whether no reader speaks for a sentence that has something else than a claim."""
        sure = self._reading.calibration if self._reading else None
        return sure is None or self._refuted(claim, citation) >= sure.against

    def _refuted(self, claim: DraftClaim, citation: Citation) -> float:
        """Return how far the reader believes that a sentence speaks against a claim; 0 without a reader."""
        if self._reading is None:
            return 0.0
        return self._reading.reader.support([(claim.read_as, (citation,))])[0].refuted


def _is_of_names(differing: Sequence[Differing]) -> bool:
    """Whether nothing differs but names: a sentence with another name is mostly of another thing."""
    return all(difference.kind == "name" for difference in differing)


def _contradiction(claim: DraftClaim, citation: Citation, differing: tuple[Differing, ...]) -> CheckedClaim:
    return _checked(claim, DraftVerdict.CONTRADICTED, [citation], differing=differing)


def _stems_of(text: str) -> frozenset[str]:
    return frozenset(token.stem for token in content_words(text))


def _only_said(claim: DraftClaim, proving: Sequence[Citation]) -> str:
    """Return who says it when nothing but somebody's words proves a claim that names no speaker; "" otherwise."""
    if any(token.stem in SPEECH_STEMS or token.folded == "according" for token in tokens(claim.read_as)):
        return ""
    if any(not is_ones_word(citation) or same_words(claim.text, citation.text) for citation in proving):
        return ""
    return proving[0].speaker


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
