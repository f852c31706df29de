"""Who says it, in the shapes that news has; and nobody where nobody is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.english.speakers import find_speakers, speaker_of


def said(text: str) -> list[tuple[str, str]]:
    """What is said within quotation marks and by whom."""
    return [(text[s.start : s.end], text[s.speaker_start : s.speaker_end]) for s in find_speakers(text) if s.quoted]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“The bridge is safe,” said Ana Varga.", "Ana Varga"),
        ("“The bridge is safe,” Ana Varga said on Monday.", "Ana Varga"),
        ("“The bridge is safe,” Mayor Ana Varga told the council.", "Mayor Ana Varga"),
        ("“Is the bridge safe?” asked a spokesman for the ministry.", "a spokesman for the ministry"),
        ("Ana Varga, who runs the port, said: “The bridge is safe.”", "Ana Varga"),
        ("Sen. Ana Varga (D-Port) added that “the bridge is safe.”", "Sen. Ana Varga"),
        ('"The bridge is safe," Mr. Varga said.', "Mr. Varga"),
        ("“The bridge is safe,” he later added.", "he"),
        ("“The bridge is safe.” — Ana Varga", "Ana Varga"),
        ("“The bridge is safe,” according to Ana Varga, the mayor.", "Ana Varga"),
        (
            "The port authority's chief, Ana Varga, called the bridge “entirely safe”.",
            "The port authority's chief, Ana Varga",
        ),
        ("The mayor of Port Alder, Ana Varga, said: “It is safe.”", "The mayor of Port Alder, Ana Varga"),
        ("VARGA: The bridge is safe and it stays open.", "VARGA"),
        ("Varga spoke on Monday, warning that “the bridge must close.”", "Varga"),
        ("Varga admitted that “the bridge is unsafe.”", "Varga"),
        ("“The bridge is safe,” Varga said, referring to the report.", "Varga"),
        ("Lind spoke on Monday, admitting that “nobody looked.”", "Lind"),
        ("The ministry labelled it “entirely safe”.", "The ministry"),
    ],
)
def test_the_source_of_a_quotation(text: str, speaker: str) -> None:
    assert [who for _, who in said(text)] == [speaker]


def test_a_quotation_goes_on_after_its_source() -> None:
    text = "“It is safe,” said Varga. “It stays open.”\n“Two lanes close,” Lind said. “For a week.”"
    assert [who for _, who in said(text)] == ["Varga", "Varga", "Lind", "Lind"]


def test_a_quotation_goes_on_in_the_next_paragraph_when_it_was_not_closed() -> None:
    text = "“It is safe,” said Varga. “We looked at it.\n“It stays open.”\nTraffic was light."
    assert [who for _, who in said(text)] == ["Varga", "Varga", "Varga"]


def test_a_paragraph_that_ends_with_a_colon_brings_in_the_next() -> None:
    assert said("Varga continued:\n“It stays open.”") == [("“It stays open.”", "Varga")]


@pytest.mark.parametrize(
    "text",
    ["The “safe” bridge closed.", "“The Bridge” won a prize.", "The bridge closed on Monday.", "", "“", "said said"],
)
def test_nobody_is_named_where_nobody_speaks(text: str) -> None:
    assert said(text) == []


def test_the_speaker_of_a_sentence() -> None:
    text = "Ana Varga said the bridge is safe.\n“We looked at every bolt of it,” she said. It closed in May."
    first, second, third = (text.index(words) for words in ("Ana", "“We", "It closed"))
    assert str(speaker_of(text, first, second - 1)) == "Ana Varga"
    assert str(speaker_of(text, second, third - 1)) == "she (Ana Varga)"
    assert speaker_of(text, third, len(text)) is None


def test_what_tells_who_a_speaker_is_names_nobody_else() -> None:
    text = "Ana Varga, Odelan’s chief engineer, said the bridge is safe. “We looked at every bolt of it,” she added."
    assert str(speaker_of(text, text.index("“We"), len(text))) == "she (Ana Varga)"


def test_a_pronoun_is_left_alone_when_somebody_else_may_be_meant() -> None:
    text = "Ana Varga said the bridge is safe. Then Mia Lind came in.\n“We looked at every bolt of it,” she said."
    found = speaker_of(text, text.index("“We"), len(text))
    assert found is not None
    assert (found.words, found.name) == ("she", "")


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Ana Varga said that Mia Lind had warned of the cracks in May.", "Ana Varga"),
        ("Ana Varga has said that she first heard of the cracks in May.", "Ana Varga"),
        ("The bridge will stay closed until May, officials said.", "officials"),
        ("According to Ana Varga, the bridge will stay closed until May.", "Ana Varga"),
        ("Varga had spoken of 38 million in March; Lind had estimated 61 million in May.", "None"),
        ("The plan was called impossible by every engineer this paper has asked.", "None"),
    ],
)
def test_the_speaker_of_a_reported_sentence(sentence: str, speaker: str) -> None:
    assert str(speaker_of(sentence, 0, len(sentence))) == speaker


pieces = st.sampled_from(
    ["“", "”", '"', "said", "Varga", ",", ".", " ", "\n", ":", "—", "according to", "(", ")", "he", "İ"]
)


@given(text=st.lists(pieces, max_size=60).map("".join) | st.text(max_size=200))
def test_what_is_found_lies_within_the_text(text: str) -> None:
    for found in find_speakers(text):
        assert 0 <= found.start < found.end <= len(text)
        assert 0 <= found.speaker_start < found.speaker_end <= len(text)
        assert text[found.speaker_start : found.speaker_end].strip()


def test_the_place_of_a_report_says_nothing() -> None:
    text = "CADDENPORT, March 12 (Ostrey Wire) — Verrania left the talks on Wednesday, accusing Duskar of greed."
    found = speaker_of(text, 0, len(text))
    assert found is None or found.words == "Verrania"


def test_what_stands_before_who_says_it_is_said_though_the_sentence_goes_on() -> None:
    text = "Verrania has massed 1,200 soldiers, the ministry said on Tuesday evening, and rejected what Tolland said."
    said = [
        text[s.start : s.end] for s in find_speakers(text) if text[s.speaker_start : s.speaker_end] == "the ministry"
    ]
    assert any(words.startswith("Verrania has massed") for words in said)
