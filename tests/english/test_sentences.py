"""Sentence boundaries in news: the offset law, the oddities of the trade, and time on hostile text."""

from __future__ import annotations

import gc
import hashlib
import random
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.sentences import SPLITTER_VERSION, split_sentences, trimmed
from assistant.records import Sentence
from research.bench.sentences import boundary_f1, gold_paragraphs, trap_results

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "sentences"

# "¦" stands before a space, a line break or a letter where a sentence ends.
NEWS = {
    "byline": "By Dana Ferris and Lou Petrakis¦\nHARBOUR CITY, Nov 27 (Newswire) - Voters queued on Thursday.",
    "dateline state": "ELKO FALLS, Wash. (NW) — The dam held.¦ Crews left at dawn.",
    "dateline capitals": "ST. ALBAN, DEC. 4 — The ferry sank.¦ All 40 aboard were saved.",
    "saint in a city": "The parade left St. Louis for Ft. Worth.¦ It rained.",
    "street at the end": "He lived on Quarry St. The house is gone.".replace("St. ", "St.¦ "),
    "company inside": "Shares of Norvik Inc. Chief Executive Ada Lund rose.¦ Bolt & Co. fell.",
    "company at the end": "She sold it to Norvik Inc.¦ The price was not disclosed.",
    "versus": "In Harlow vs. Denton the court was split.¦ Roe v. Wade was cited.",
    "day after the clock": "Trains stop at 11 a.m. Monday and 2 p.m. Sunday.¦ Buses run.",
    "zone after the clock": "It begins at 9 p.m. London time, or 4 p.m. ET.¦ Tune in.",
    "the clock at the end": "The bridge closed at 6 a.m.¦ Commuters took the ferry.",
    "the clock and a quotation": "They met at 7 p.m.¦ “Nobody spoke,” she said.",
    "military titles": "Lt. Col. Iris Vance and Brig. Gen. Omar Reyes testified.¦ Sgt. Poole did not.",
    "initials in a firm": "J.P. Morgan and A.G. Edwards cut forecasts.¦ W. H. Auden is quoted.",
    "party and state": "Sen. Ruth Hale, D-Mass., and Rep. Al Moss (R-Tex.) agreed.¦ It passed.",
    "state at the end": "He was raised in Dayton, Ohio, and Mobile, Ala.¦ His mother taught school.",
    "acronym at the end": "The parts came from the U.S.¦ Officials said they were old.",
    "acronym inside": "The U.S. Navy and U.S. First Lady June Park agreed with the U.N. Security Council.",
    "acronym and fleet": "A D.C. Circuit judge and the U.S. All-Star team met.¦ Nobody won.",
    "headline with acronym": "Trade talks with U.S. In Doubt As Tariffs Loom¦\nMinisters left early.",
    "score": "United won 4-0.¦ Rovers drew 1-1 in the 89th min. and were booed.¦ Next up: City.",
    "live blog": "10:32 GMT¦\nThe vote is under way.¦\n10:41 GMT¦\nIt passed, 52-48.",
    "interview": "Q: Why now?¦ A: Because we can.¦ Q: Will it last?¦ A: No.¦ Nothing does.",
    "court transcript": "Q. Were you there?¦ A. I was.",
    "doctor": "Dr Amy Cho saw Mr Ray at St Mary’s.¦ Dr. Cho called Prof. Lind.",
    "ellipsis and capital": "He waited...¦ Then the phone rang.",
    "ellipsis inside": "“It was … how shall I put it … loud,” she said.",
    "spaced dots": "“We came . . . and we left,” he said.¦ Nobody saw.",
    "ellipsis opens": "“We tried,” he said.¦ “… But we failed.”",
    "mixed marks": "“You did what?!”¦ He laughed.¦ (It was not funny!)¦ She left.",
    "quoted question goes on": "“Are we safe?” Ms. Okafor asked.¦ No one replied.",
    "long name asks": "“Who pays?” Labour’s deputy Jo Barr asked in the chamber.¦ Nobody rose.",
    "new sentence after a question": "“Are we safe?”¦ The mayor thinks so.",
    "day as an ordinal": "Am 19. März 2024 kam er, am 3. Jänner und am 1. Mai nicht.¦ "
    "Er blieb bis zum 31. August.¦ Es war kalt.",
    "days as ordinals": "Vom 19. bis 21. März und am 5. und 6. April sowie am 7.–9. Juli ruht der Verkehr.¦ "
    "Danach nicht.",
    "month cut short": "Die Sitzung vom 19. Okt. 2024 wurde am 2. Dez. 2024 fortgesetzt.¦ Sie endete.",
    "day as an ordinal in the north": "Det skete den 19. marts og den 2. november.¦ "
    "Stortinget møtes 3. mai 2024.¦ Se alkoi 4. toukokuuta.",
    "no day": "She turned 19.¦ March was cold.¦ He is 31.¦ August Lind is 44.¦ Rovers scored 48.¦ April was wet.",
    "small letter goes on": "“Stop!” the guard shouted.¦ Nobody did.",
    "inside a quotation": "“We lost.¦ We will be back,” the coach said.¦ ‘So be it.¦ Go on.’",
    "straight quotes": '"We lost," he said.¦ "We will be back.¦ Trust me."¦ The room was silent.',
    "nested closing": "“She wrote, ‘I resign.’”¦ The board met at noon.",
    "whole bracket": "(The firm denies it.)¦ Its lawyer did not call back.¦ [Laughter.]¦ He went on.",
    "emoji": "So proud of this team! 🎉🎉¦ See you all on Sunday ⚽",
    "tweet": "@coachlee: thank you, Leeds.¦ What a night!¦ #onwards pic.example.com/xYz1",
    "brand": "Yahoo! Finance and Yahoo! Sports agree.¦ eBay fell.¦ iPhone sales rose.",
    "small brand opens": "The market fell.¦ eBay lost 3%.",
    "number": "No. 7 Osei beat No. 12 Marsh.¦ Is she hurt?¦ No.¦ She is tired.",
    "decimal and money": "It cost $3.5 million.¦ $2 million was spent.¦ 2021 was worse.",
    "month": "It ran from Jan. 3 to Sept. 9.¦ In Oct. 2019 it closed.",
    "edition": "See Vol. 3, Fig. 12 and pp. 4-5.¦ Art. 7 applies, cf. Lund et al. 2019.",
    "degrees": "It fell to -11 C.¦ Winds reached 90 mph.",
    "street numbers": "Doors open at 12 N. Mill Ave., Tempa.¦ Bring a coat.",
    "link": "Read it at news.example.org/a.b.¦ Write to desk@example.co.uk.¦ We reply.",
    "link after a sentence": "They regret the error. https://example.org/story/12",
    "footnotes": "The data are old.[3]¦ They are wrong. [4][5]¦ Nobody checked.[a]",
    "omission": "The text was cut. […]¦ It ends here.",
    "list": "To do:¦\n1. Vote.¦\n2. Go home.¦\n(a) Rest.¦\n• Eat",
    "list in a line": "Three aims: 1. Cut costs. 2. Raise pay. 3. Go home.".replace(". 2", ".¦ 2").replace(
        ". 3", ".¦ 3"
    ),
    "lost space": "They waited for a while.The agency said nothing.".replace("while.", "while.¦"),
    "lost space after a quotation": "“It rose 12 feet in places.”¦It fell overnight.",
    "no space in a name": "Node.js and Booking.com are down.¦ So is ASP.NET.",
    "chinese": "总统周四抵达。¦他没有发言！¦“我们不走。”¦记者问：为什么？¦没有人回答。",
    "japanese": "首相は「辞めない。」¦と述べた。¦会見は終わった。",
    "arabic": "هل وافق الوزير؟¦ لم يجب أحد.¦ انتهى الاجتماع.",
    "hindi": "मंत्री ने कहा।¦ सभा समाप्त हुई।",
    "russian": "Премьер А. С. Лунин прибыл.¦ Встреча началась.",
    "german quotes": "Er sagte: „Wir gehen.“¦ Dann ging er.",
    "french": "« Oui ! »¦ Le ministre est parti.",
    "junior": "The prize went to Ellis Boone Jr.¦ His sister spoke.¦ Ellis Boone Jr. Day is in May.",
    "rank in caps": "TESTIMONY OF GEN. MARA Q. VOSS ON BEHALF OF THE STATE",
    "no day of a month that is a name": "He is 31.¦ Mai Tran is 44.¦ Es ist bis zum 31. Mai offen.",
    "regulator in caps": "It told the SEC.¦ Shares fell on NATO.¦ U.S. troops left.",
}


def tiles(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


def words(text: str) -> list[str]:
    """The sentences without the white space around them, cut out by `trimmed`."""
    return [text[slice(*trimmed(text, s))] for s in split_sentences(text)]


@pytest.mark.parametrize("marked", NEWS.values(), ids=NEWS.keys())
def test_news_is_cut_where_a_reader_would_cut_it(marked: str) -> None:
    assert words(marked.replace("¦", "")) == [part.strip() for part in marked.split("¦")]


# ---------------------------------------------------------------------------------------------------------------------
# The offset law

MARKS = list('.!?…。؟“”‘’"()[]—')
WORDS = ["...", "U.S.", "No.", "p.m.", "Mr.", "J.", "10", "[1]", "The", "said", "eBay", "x", "http://a.b", "- "]
SCRIPTS = ["🎉", "\u200d", "\u200f", "\u202e", "שלום", "مرحبا", "e\u0301", "\ufeff"]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\n\n", "\u00a0", "\u2028", "\x85", "\x1c", "\u3000"]
PIECES = st.sampled_from([*MARKS, *WORDS, *SCRIPTS, *SPACES])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join))
PARAGRAPHS = st.lists(
    st.lists(PIECES.filter(lambda piece: len(f"a{piece}a".splitlines()) == 1), max_size=15)
    .map(lambda pieces: "".join(pieces).strip())
    .filter(bool),
    max_size=5,
)


@given(TEXTS)
def test_the_tiles_join_to_the_text(text: str) -> None:
    sentences = split_sentences(text)
    assert "".join(tiles(text)) == text
    assert [s.index for s in sentences] == list(range(len(sentences)))
    assert all(s.end > s.start for s in sentences)
    if text.strip():
        assert all(tile.strip() for tile in tiles(text))
        assert not any(tile[0].isspace() for tile in tiles(text)[1:]), "white space belongs to the sentence before it"
    else:
        assert len(sentences) == (1 if text else 0)


@given(TEXTS)
def test_trimmed_is_the_tile_without_its_white_space(text: str) -> None:
    assert words(text) == [tile.strip() for tile in tiles(text)]
    for sentence in split_sentences(text):
        start, end = trimmed(text, sentence)
        assert sentence.start <= start <= end <= sentence.end


@given(PARAGRAPHS, st.sampled_from(["\n", "\n\n", "\r\n", "\n  \n", "\u2029"]))
def test_a_paragraph_is_cut_alike_alone_and_among_others(paragraphs: list[str], between: str) -> None:
    alone = [sentence for paragraph in paragraphs for sentence in words(paragraph)]
    assert words(between.join(paragraphs)) == alone


@given(TEXTS)
def test_the_same_text_is_always_cut_alike(text: str) -> None:
    assert split_sentences(text) == split_sentences(str(text.encode(), "utf-8"))


def test_white_space_only_is_one_tile_and_nothing_is_none() -> None:
    assert split_sentences("") == ()
    assert split_sentences(" \n\t ") == (Sentence(0, 0, 4),)
    assert trimmed(" \n\t ", Sentence(0, 0, 4)) == (4, 4)
    assert tiles("\n  One.  \n\n Two.\n") == ["\n  One.  \n\n ", "Two.\n"]


def test_whatever_follows_two_lines_away_changes_nothing() -> None:
    """An article that grows keeps the boundaries, and so the citations, of its earlier paragraphs."""
    first = "Exports went to the U.S. Analysts had doubts.\nHe left at 8 p.m.\n"
    assert words(first + "Mr. Ito did not.")[:3] == words(first)


# ---------------------------------------------------------------------------------------------------------------------
# Time

DRAW = random.Random(7)  # the same text in every run
UNITS = {
    "quotation marks": '"',
    "curly quotation marks": "“”",
    "alternating, spaced": "“ ” ",
    "dots": ".",
    "spaced dots": ". ",
    "spaced ellipses": "… ",
    "dots and quotes": ". ”",
    "capital letters with dots": "A.",
    "spaced initials": "A. ",
    "brackets": ")(",
    "closing brackets after dots": "a.)",
    "question and exclamation marks": "?!",
    "questions": "Is it? ",
    "footnotes": "a.[1]",
    "open footnotes": ".[1,",
    "footnote marks": " [1]",
    "spaces": " ",
    "digits and dots": "1.",
    "one endless word": "a",
    "line breaks": "\n",
    "lines": "a.\n",
    "tabs": ".\t",
    "apostrophes": "'",
    "emoji": "!🎉",
    "wide stops": "あ。",
    "quotes that ask": "“So?” Ab cd ef gh ij kl ",
    "small words": "abo. ido. ",
    "lost spaces": "abc.The ",
    "random": "".join(DRAW.choice(".!?…”“’\"' aA1([\n)]") for _ in range(5_000)),
    "random without spaces": "".join(DRAW.choice(".!?…”“’\"'aA1([)]") for _ in range(5_000)),
}


def seconds(text: str, runs: int) -> float:
    """Processor time, the best of `runs`: neither other programs nor the garbage collector's rounds count."""
    taken = []
    gc.disable()
    try:
        for _ in range(runs):
            before = time.thread_time()
            split_sentences(text)
            taken.append(time.thread_time() - before)
    finally:
        gc.enable()
    return min(taken)


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
def test_no_text_stalls_an_ingest(unit: str) -> None:
    """Four times the text takes four times as long; in quadratic time it would take sixteen."""
    split_sentences("It fell low. end")  # loads the word list
    text = (unit * 50_000)[:50_000]
    once = seconds(text, runs=3)
    assert once < 0.2  # measured: at most 0.054 s
    assert seconds(text * 4, runs=3) < 13 * max(once, 0.02)


# ---------------------------------------------------------------------------------------------------------------------
# What a library relies on

PINNED = "\n".join(marked.replace("¦", "") for marked in list(NEWS.values())[:40])


def test_the_version_changes_with_the_boundaries() -> None:
    """A library cut by other rules must be cut anew: a changed boundary needs a new version and a new digest."""
    starts = ",".join(str(s.start) for s in split_sentences(PINNED))
    digest = hashlib.sha256(f"{PINNED}|{starts}".encode()).hexdigest()[:12]
    assert {SPLITTER_VERSION: digest} == {"news-2+nupunkt-0.8": "ad8bf4df0105"}


def test_the_version_names_the_release_of_the_word_list() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"nupunkt>={SPLITTER_VERSION.rpartition('-')[2]}," in "\n".join(project["dependencies"])


def test_importing_the_splitter_does_not_import_the_word_list() -> None:
    code = "import sys; from assistant.english.sentences import split_sentences as s; s('Mr. B. went. He fell.')"
    subprocess.run([sys.executable, "-c", f"{code}; assert 'nupunkt' not in sys.modules"], check=True, cwd=ROOT)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the measuring data is not here")
def test_the_measured_quality_holds() -> None:
    traps = trap_results(SHARED / "news-traps.jsonl", split_sentences)
    assert sum(traps.values()) >= 43
    assert boundary_f1(gold_paragraphs(SHARED / "pud-news.jsonl"), split_sentences, ends=True).f1 >= 0.995
    assert boundary_f1(gold_paragraphs(SHARED / "gum.jsonl"), split_sentences, ends=False).f1 >= 0.95
