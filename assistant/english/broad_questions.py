"""The kind of answer that a question asks for, and its subject: what is left without the words that ask.

One fact is asked for unless a question opens in one of a few ways: "What do we know about …", "Give me a timeline of
…", "What is the latest on …", "What does each side say about …", "How did the Courant and the Tide report …", "How many
articles mention …", "When was … first mentioned?". The words that ask ("summarise", "timeline") say nothing of the
subject and are never searched for. Rules decide, and narrowly: a question for one fact that is taken for a broad one
loses its answer among a dozen entries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.english.words import listed

_A = r"(?:(?:a|an|the|some|any|me|us|short|brief|quick|full|complete|small|general|little) )*"
_SAY = r"(?:say|says|said|saying|think|thinks|argue|argues|claim|claims|want|wants|believe|demand|demands|propose)"
_SIDES = (
    r"(?:(?:each|either|every|both|the|all|different|opposing|various|two|three) )*"
    r"(?:sides?|part(?:y|ies)|camps?|people|critics|supporters|opponents|experts|everyone|those involved)"
)
_P = r"[^?]{1,150}?"  # a party; bounded, so that time is linear in a long question
_WITHIN = r"(?P<t> (?:in|on|since|before|after|during|between|until|last|this) [^?]+)?"  # the time that is meant
_ABOUT = r"(?:about|on|of|over|regarding|concerning)"


class Kind(StrEnum):
    """What a question asks for."""

    FACT = "one fact"
    LIST = "list"
    OVERVIEW = "overview"
    TIMELINE = "timeline"
    LATEST = "latest"
    SIDES = "sides"
    COMPARISON = "comparison"
    COUNT = "count"
    FIRST = "first mention"

    @property
    def is_broad(self) -> bool:
        """Whether it wants an overview of what many articles say."""
        return self in (Kind.OVERVIEW, Kind.TIMELINE, Kind.LATEST, Kind.SIDES, Kind.COMPARISON)

    @property
    def is_counted(self) -> bool:
        """Whether it is answered by counting over the archive."""
        return self in (Kind.COUNT, Kind.FIRST)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a question asks for, and about what."""

    kind: Kind
    subject: str  # in the question's words, without those that ask; "" for whatever there is
    parties: str = ""  # whose words are asked for, as the question names them: "the Courant and the Tide"
    moment: str = ""  # the day or the event before and after which the subject is compared: "8 March", "the closure"

    @property
    def searched(self) -> str:
        """What is looked for: the subject without "story" at its end, and who is named beside it."""
        shorter = _STORY.sub("", self.subject)
        subject = shorter if shorter and not names_any_story(shorter) else self.subject
        return " ".join(part for part in (subject, self.parties) if part)


# A space stands for any white space. Each pattern begins where the question does; its group `s` is the subject, `p` the
# parties; without a group `s`, what follows is the subject.
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (Kind.COUNT, rf"how many (?:articles|stories|reports|pieces) (?:of|in|by|from) (?P<p>{_P}) "
     r"(?:mention(?:s|ed|ing)?|cover(?:s|ed|ing)?|report(?:ed)? on|speak of|name[ds]?|discuss) (?P<s>[^?]+)"),
    (Kind.COUNT, rf"how many (?:articles|stories|reports|pieces|times) (?:(?:are|is|were|was) (?:there )?)?"
     rf"(?:{_ABOUT}|mention(?:s|ed|ing)?|cover(?:s|ed|ing)?|report(?:s|ed)?(?: on)?|speak of|name[ds]?|say|discuss)\b"),
    (Kind.COUNT, r"how many (?:articles|stories|reports|pieces) (?P<s>(?:(?:do|does|did|have|has)(?: not|n['’]t)|never)"
     r" (?:mention(?:ed)?|cover(?:ed)?|report(?:ed)? on|speak of|name[d]?|discuss)\b[^?]*)"),
    (Kind.COUNT, r"how (?:often|many times) (?:is|are|was|were|has|have|do|does|did) (?P<s>.+?) "
     rf"(?:been )?(?:mentioned|named|reported(?: on)?|covered|written about|discussed|in the news){_WITHIN}\W*$"),
    (Kind.COUNT, r"how (?:often|many times) (?:do|does|did) (?:the )?(?:articles?|archive|papers?|news) "
     r"(?:mention|name|report(?: on)?|cover|speak of|discuss)\b"),
    (Kind.FIRST, r"(?:when|where|in which article) (?:was|were|is|are) (?P<s>.+?) first "
     r"(?:mentioned|named|written about|in the news)\W*$"),
    (Kind.FIRST, r"(?:when|where) (?:did|does|do) (?P<s>.+?) first (?:appear|come up|turn up)"
     r"(?: in the (?:archive|news|articles))?\W*$"),
    (Kind.FIRST, r"(?:which|what) article (?:was (?:the )?)?first (?:to )?"
     r"(?:mention(?:ed)?|name[d]?|report(?:ed)?(?: on)?)\b|(?:the )?first mention of\b"),
    (Kind.TIMELINE, rf"(?:give|show|make|draw|write|build|create|draft|prepare)?\s*{_A}(?:time\s?line|chronology)\b\s*"
     rf"(?::|{_ABOUT}|for)?"),
    (Kind.TIMELINE, r"how (?:did|has|have|does|do) (?P<s>.+?) (?:develop(?:ed)?|unfold(?:ed)?|evolve[d]?|come about"
     r"|came about|escalate[d]?|play(?:ed)? out|progress(?:ed)?|get (?:here|there|this far)|change[d]? over time)"
     r"(?: (?:over time|so far|day by day))?\W*$"),
    (Kind.TIMELINE, r"(?:trace|retrace)\b|(?:the )?history of\b"
     r"|what (?:has|have) happened (?:since\b|(?:in|at|with|to|on)\b(?=.*\bsince\b))"
     r"|what happened (?:next|after that|afterwards) (?:in|with|to)\b"),
    (Kind.LATEST, r"(?:what(?: is|['’]s| are) |give me |show me |tell me )?(?:the )?(?:very )?latest"
     r"(?: (?:news|developments?|updates?|word|situation|state))? (?:on|about|in|with|from|of|over|regarding)\b"),
    (Kind.LATEST, r"(?:is|are|have)?\s*(?:there|you)?\s*(?:any|got any) (?:news|updates?|developments?|word) "
     r"(?:of|on|about|in|from|regarding)\b|(?:news|updates?) (?:on|about)\b"),
    (Kind.LATEST, r"what(?: is|['’]s) (?:new|happening|going on|up) (?:with|in|on|at|around|about)\b"
     r"|(?:what(?: is|['’]s) )(?:the )?(?:current|present) (?:state|status|situation) (?:of|in|with|regarding)\b"
     r"|where (?:do|does) (?P<s>.+?) (?:stand)(?: (?:now|today|at present))?\W*$"),
    (Kind.SIDES, rf"what (?:do|does|did|is|are|was|were|has|have) {_SIDES} (?:been )?{_SAY}\b\s*(?:{_ABOUT}|to)?"),
    (Kind.SIDES, rf"what (?:do|are|have) (?P<p>{_P}(?:,|\band\b){_P}) (?:been )?"
     rf"(?:say|saying|said|think|argue) {_ABOUT} (?P<s>[^?]+)"),
    (Kind.SIDES, r"who says what\b(?: (?:about|on|of))?|who(?: is|['’]s) (?:for|in favou?r)(?: of)? and "
     r"(?:who(?: is|['’]s) )?against\b"),
    (Kind.SIDES, r"(?:what (?:are|were) )?the (?:different |opposing |main |two |various )?(?:sides|positions"
     r"|views|arguments|opinions|reactions|points of view) (?:for and against|in|on|of|about|over|to|regarding)\b"),
    (Kind.COMPARISON, rf"how (?:did|do|does|have|has|was|were) (?P<p>{_P}\b(?:and|versus|vs\.?)\b{_P}) "
     r"(?:report|cover|describe|present|write about|treat)(?:ed)?\b(?: on\b)?(?P<s>[^?]*)"),
    (Kind.COMPARISON, r"(?:(?:compare|contrast) |(?:what(?: is| are|['’]s) )?the differences? between )"
     r"(?:how )?(?:the )?(?:(?:reports?|reporting|coverage|accounts?|articles?) (?:of|in|by|from) )?"
     rf"(?P<p>{_P}\band\b{_P}) "
     r"(?:on|of|about|report(?:ed)? on|report(?:ed)?|cover(?:ed)?) (?P<s>[^?]+)"),
    (Kind.COMPARISON, r"(?:compare|contrast)\b|(?:what(?: is| are|['’]s) )?the differences? between (?:the )?"
     r"(?:reports?|reporting|coverage|accounts?)\b(?: (?:of|in|by))?"),
    (Kind.OVERVIEW, rf"what (?:do|did) (?:we|you|they|i) (?:now |already )?know\b(?: so far)?\s*{_ABOUT}?"
     rf"|what(?: is|['’]s) (?:now |so far )?known\b(?: so far)?\s*{_ABOUT}?"),
    (Kind.OVERVIEW, r"(?:tell|teach|inform) (?:me|us) (?:all|everything|more|something|a bit|what you know)?\s*about\b"
     r"|(?:brief|update) (?:me|us) (?:on|about)\b|(?:catch|fill|bring) (?:me|us) (?:up to (?:date|speed)|up|in)"
     r" (?:on|about|with)\b"),
    (Kind.OVERVIEW, rf"(?:(?:give|show|write|draft|prepare|provide|make) )?{_A}(?:briefing|brief|background|overview"
     rf"|summary|run-?down|primer|recap|digest|synopsis)\s*(?::|{_ABOUT}|for)"),
    (Kind.OVERVIEW, r"(?:summari[sz]e|recap|sum up|recapitulate)\b(?: (?:for me|everything(?: (?:on|about))?))?\s*:?"
     r"|(?:outline|describe) (?:for me )?the (?:story|affair|dispute|case|events)\b(?: (?:of|about|around|over))?"),
    (Kind.OVERVIEW, r"what(?:['’]s| has| have)? happened\b(?: (?:in|at|with|during|to|on|around))?"
     r"|what (?:is|was) (?:all )?this (?:all )?about"),
    (Kind.LIST, r"(?:list|enumerate|name all)\b|(?:give|show) me (?:a |the )?list of\b"),
)  # fmt: skip


def _spaced(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)


_COMPILED = tuple((kind, _spaced(f"(?:{pattern})")) for kind, pattern in _PATTERNS)
# "What did the Courant and the Tide say about …" asks for two papers, or for the answer of two people.
_SAID_BY = _spaced(
    rf"what (?:do|does|did|has|have) (?P<p>{_P}\band\b{_P}) "
    rf"(?:{_SAY}|write|wrote|written|report|reported) (?:{_ABOUT} )?(?P<s>[^?]+)"
)
_MOMENT = _spaced(r",? before and after (?P<m>[^?:,]+)")
_COMPARED = _spaced(
    r"(?:compare|contrast|(?:what|how) (?:(?:has|have|had|did|do|does|was|were|is|are) )?(?:changed?|different|known"
    r"|said|reported|the (?:state|situation)(?: of)?)"
    r"|how (?:has|have|did|do|does) (?=.+ (?:change|differ|look|develop)))\b"
    rf"(?: (?:{_ABOUT}|in|with|at|to|for))?"
)
_ASKING = re.compile(r"(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|did|do|does|has|have)\b", re.I)
_FEW_WORDS = 8  # a subject has no more; longer words before a moment are a sentence
_CHANGED = _spaced(r" (?:changed?|differ(?:ed)?|look(?:ed)?(?: like)?|develop(?:ed)?)\W*$")
_LEAD_IN = _spaced(
    r"\W*(?:(?:please|so|now|and|ok|okay|hello|hi)\W+|(?:can|could|would|will) you (?:please )?|i(?: would|['’]d) "
    r"like (?:to (?:have|see|know) )?|i (?:want|need) (?:to know )?)*"
)
# What only goes on asking after the subject: ", and how did it get there?", " and what they led to".
_TAIL = _spaced(
    r",? (?:and|or|but) (?:how|what|why|where|when|who)\b(?=[^?]*\b(?:it|they|them|this|that|he|she|there)\b)[^?]*\W*$"
    r"| (?:so far|to date|at the moment|right now|day by day|step by step|please|briefly|in short)\W*$"
)
_STORY = re.compile(r"\s+(?:story|stories|saga|news)\W*$")  # a capital letter makes it a name: "Toy Story"
_SUBJECT_WORDS = listed("words_for_any_story", "stop_words", "stop_words_in_questions", "news_words")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_HAPPENED = re.compile(r"what\s+happened\b", re.IGNORECASE)
_ONE_TIME = re.compile(
    r"\d|\b(?:when|after|before|on|last|this|next|yesterday|today|that|if|because|in\s+[A-Z][a-z]+ary)\b"
)


def wish_of(question: str) -> Wish:
    """Return what a question asks for; the subject of a question for one fact is the whole of it."""
    begin = _LEAD_IN.match(question)
    rest = question[begin.end() :] if begin else question
    if compared := _before_and_after(rest):
        return compared
    for kind, pattern in _COMPILED:
        if found := pattern.match(rest):
            groups = found.groupdict()
            held = groups.get("s")
            within = groups.get("t") or ""
            subject = _without_tail(f"{held}{within}" if held is not None else rest[found.end() :])
            if _HAPPENED.match(rest) and _ONE_TIME.search(subject):
                break
            return Wish(kind, "" if names_any_story(subject) else subject, _without_tail(groups.get("p") or ""))
    return Wish(Kind.FACT, question)


def _before_and_after(question: str) -> Wish | None:
    """Return what is to be compared before and after a day or an event; None for a question that asks one fact."""
    found = _MOMENT.search(f" {question}")
    if found is None:
        return None
    rest = (f" {question}"[: found.start()] + f" {question}"[found.end() :]).strip(" \t\n:,;.?!")
    opening, broad = _COMPARED.match(rest), wish_of(rest)
    if opening is None and broad.kind is Kind.FACT and (_ASKING.match(rest) or len(rest.split()) > _FEW_WORDS):
        return None
    asked = _CHANGED.sub("", rest[opening.end() :] if opening else rest) if broad.kind is Kind.FACT else broad.subject
    subject = _without_tail(asked)
    return Wish(Kind.COMPARISON, "" if names_any_story(subject) else subject, moment=_without_tail(found["m"]))


def said_by_parties(question: str) -> Wish | None:
    """Return the comparison that "What did A and B say about …" asks for if both are outlets; None for other forms."""
    found = _SAID_BY.fullmatch(question.strip(" \t\n?!."))
    return Wish(Kind.COMPARISON, _without_tail(found["s"]), _without_tail(found["p"])) if found else None


def request_for(words: str, kind: Kind) -> str:
    """Return the question that asks for a timeline or an overview of a subject, or of that of another question."""
    wish = wish_of(words)
    subject = wish.searched if wish.kind is not Kind.FACT else words.strip(" ?.!")
    begin = "Timeline" if kind is Kind.TIMELINE else "Summarise"
    return f"{begin}: {subject}" if subject else f"{begin} everything"


def _without_tail(words: str) -> str:
    shorter = words.strip(" \t\n:,;.?!")
    while found := _TAIL.search(shorter):
        shorter = shorter[: found.start()].strip(" \t\n:,;.?!")
    return shorter


def names_any_story(subject: str) -> bool:
    """Whether a subject says nothing of which story is meant: "the dispute", "what is in the archive"."""
    return all(word.casefold() in _SUBJECT_WORDS for word in _WORD.findall(subject))
