"""The language of a text, and texts in other languages: stored as they are, cut into sentences, dated."""

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.articles.language import language_of
from assistant.english.sentences import split_sentences
from tests.articles import only_article, write

TEXTS = {
    "en": ("The harbour of Eastport reopened on Tuesday.", "Forty ships left in the first hours."),
    "de": (
        "Der Hafen von Ostport wurde am Dienstag wieder geöffnet.",
        "Vierzig Schiffe liefen in den ersten Stunden aus.",
    ),
    "fr": (
        "Le port d'Estport a rouvert mardi après la tempête.",
        "Quarante navires sont partis dès les premières heures.",
    ),
    "es": (
        "El puerto de Estport reabrió el martes tras la tormenta.",
        "Cuarenta barcos zarparon en las primeras horas.",
    ),
    "ru": ("Порт Истпорта открылся во вторник после шторма.", "Сорок судов вышли в море в первые часы."),
    "ar": ("أعيد فتح ميناء إيستبورت يوم الثلاثاء بعد العاصفة.", "غادرت أربعون سفينة في الساعات الأولى."),
    "zh": ("东港港口在风暴过后于星期二重新开放。", "最初几个小时内有四十艘船离港。"),
    "ja": ("東港の港は嵐の後、火曜日に再開した。", "最初の数時間で四十隻の船が出港した。"),
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_is_told_from_the_text(tmp_path: Path, language: str) -> None:
    words = "".join(TEXTS[language]) if language in ("zh", "ja") else " ".join(TEXTS[language])
    article = only_article(write(tmp_path, "a.json", json.dumps({"text": words})))
    assert (article.language, article.text) == (language, words)


@pytest.mark.parametrize("language", TEXTS)
def test_sentences_tile_every_script_and_end_where_they_end(language: str) -> None:
    joiner = "" if language in ("zh", "ja") else " "
    text = joiner.join(TEXTS[language])
    sentences = split_sentences(text)
    assert "".join(text[s.start : s.end] for s in sentences) == text
    assert [text[s.start : s.end].strip() for s in sentences] == list(TEXTS[language])


def test_what_is_declared_counts_only_when_the_text_does_not_tell() -> None:
    assert language_of(" ".join(TEXTS["de"]), "en-US") == "de"
    assert language_of("2:1", "de_DE") == "de"
    assert language_of("2:1", "klingon") == ""
    assert language_of("", "") == ""


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("BERLIN, 27. November 2025 (dpa) - Der Hafen ist offen.", date(2025, 11, 27)),
        ("Publié le 27 novembre 2025 à 18h30\n\nLe port a rouvert.", date(2025, 11, 27)),
        ("2025年11月27日\n\n港は火曜日に再開した。", date(2025, 11, 27)),
        ("发布时间：2025年11月27日\n\n港口重新开放。", date(2025, 11, 27)),
        ("Москва, 27 ноября 2025 — Порт открылся.", date(2025, 11, 27)),
        ("The bridge opens on 2 March 2024, officials said.", None),
        ("PARIS, the city of 27 November 2025 dreams, is calm.", None),
        ("Until 27 November 2025, ships may not leave.", None),
    ],
)
def test_datelines(tmp_path: Path, line: str, day: date | None) -> None:
    assert only_article(write(tmp_path, "a.txt", line)).published == day
