"""Character sets: labels mean what they mean to browsers, declarations are found, and a doubt is said."""

import time
from pathlib import Path

import pytest

from assistant.articles import read_file
from assistant.articles.build import Notice
from assistant.articles.charsets import codec_of, decode, decoded, decoded_markup
from assistant.articles.text import UnreadableError
from assistant.records import Article
from tests.articles import only_article, write
from tests.samples import response, warc_record, web_archive

POLISH = "Pomost w Orlenku został zamknięty w środę, powiedziała wójt Zofia Gąska. Naprawa potrwa pięć miesięcy."
QUOTED = "“We shall wait,” said Ivo Land – the fare is € 7."


@pytest.mark.parametrize(
    "label", ["iso-8859-1", "latin1", "US-ASCII", " l1 ", "ansi_x3.4-1968", "x-cp1252", "iso88591"]
)
def test_western_labels_mean_windows_1252(label: str) -> None:
    assert decode(QUOTED.encode("cp1252"), label) == QUOTED


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("gb2312", "gb18030"),
        ("x-gbk", "gb18030"),
        ("shift_jis", "cp932"),
        ("x-sjis", "cp932"),
        ("euc-kr", "cp949"),
        ("ks_c_5601-1987", "cp949"),
        ("iso-8859-9", "cp1254"),
        ("tis-620", "cp874"),
        ("koi8-ru", "koi8-u"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("hex", ""),
        ("rot13", ""),
        ("no-such-set", ""),
        ("é", ""),
        ("x" * 10_000, ""),
    ],
)
def test_other_labels(label: str, codec: str) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize(
    ("words", "charset"),
    [
        (POLISH, "cp1250"),
        ("Мост закрыли в среду, сообщила мэр города. Ремонт займёт пять месяцев.", "koi8-r"),
        ("Мост закрыли в среду, сообщила мэр города. Ремонт займёт пять месяцев.", "cp1251"),
        ("Η γέφυρα έκλεισε την Τετάρτη, είπε η δήμαρχος. Οι εργασίες θα διαρκέσουν μήνες.", "cp1253"),
        ("橋は水曜日に閉鎖されたと市長は述べた。修理には五か月かかる見込みだ。", "cp932"),
        ("市长说，这座桥星期三关闭了。修理需要五个月。", "gb18030"),
        ("El puente cerró el sábado, dijo la alcaldesa. El año próximo habrá más señales.", "cp1252"),
        ("Färjan går inte på lördag, sade hamnkontoret. Bron är stängd sedan i går.", "cp1252"),
        ("Příští týden začne oprava mostu, řekl starosta. Přívoz bude jezdit do května.", "cp1250"),
        ("La maire a annoncé que le théâtre rouvrira à Noël après l’été.", "cp1252"),
        ("Färjan går inte på lördag, sade hamnkontoret. “Bron är stängd sedan i går” – än.", "mac-roman"),
        ("Мост закрыли в среду, сообщила мэр города. Ремонт займёт пять месяцев.", "cp866"),
        ("The ferry stops on Saturday, said Åsa Löv. The bridge has been closed since May.", "utf-16-le"),
    ],
)
def test_what_declares_nothing_is_detected_and_doubtful(words: str, charset: str) -> None:
    found = decoded(words.encode(charset))
    assert found.text == words
    assert "declares no character set" in found.doubt


def test_a_declaration_that_fails_is_said_and_the_set_detected() -> None:
    found = decoded(POLISH.encode("cp1250"), "utf-8")
    assert found.text == POLISH
    assert found.doubt.startswith("declares utf-8, which it is not; read as windows-1250 by its letters")
    assert "declares klingon" in decoded(POLISH.encode("cp1250"), "klingon").doubt


def test_two_bytes_a_letter_under_a_wrong_label_are_detected() -> None:
    words = "港町の中心部と対岸を結ぶ新しい橋が二十日に開通し、午前中から多くの車が通行した。市長が発表した。" * 3
    found = decoded(words.encode("euc_jp"), "Shift_JIS")
    assert found.text == words
    assert found.doubt.startswith("declares Shift_JIS, which it is not")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The caf\ufffd will open, the mayor\ufffds office said.", "holds 2 \ufffd: letters that were lost"),
        (
            QUOTED.encode().decode("cp1252", "ignore") + " FÃ¤rjan",
            "times in all: it was saved in a wrong character set",
        ),
        ("Não e São Tomé, à 5 â l’âge.", ""),
    ],
)
def test_letters_that_were_lost_before_it_was_saved_are_said(text: str, said: str) -> None:
    found = decoded(text.encode())
    assert found.text == text
    assert said in found.doubt if said else not found.doubt


def test_russian_declared_as_western_is_read_as_russian() -> None:
    words = "Мост закрыли в среду, сообщила мэр города."
    found = decoded(words.encode("cp1251"), "iso-8859-1")
    assert (found.text, bool(found.doubt)) == (words, True)


def test_utf8_comes_before_a_wrong_declaration() -> None:
    assert decoded(POLISH.encode(), "iso-8859-1") == decoded(POLISH.encode())


def test_sets_of_seven_bits_are_read_as_declared() -> None:
    assert decode("橋は閉鎖".encode("iso2022_jp"), "ISO-2022-JP") == "橋は閉鎖"


def test_a_few_damaged_letters_are_counted() -> None:
    found = decoded("Café d’été, forêt, île".encode() + b"\xe2\x80", "utf-8")
    assert found.text.endswith("île\ufffd")
    assert found.doubt.startswith("holds 1 damaged character ")


def polish_page(head: str, *, before: str = "") -> bytes:
    body = "".join(f"<p>{POLISH}</p>" for _ in range(4))
    page = f"<!doctype html><html lang=pl><head>{before}{head}<title>Pomost</title></head><body><article>{body}"
    return f"{page}</article></body></html>".encode("cp1250")


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1250">',
        "<META CHARSET=windows-1250 />",
        '<meta http-equiv="Content-Type" content="text/html; charset=Windows-1250">',
        "<meta content='text/html;charset=x-cp1250' http-equiv=content-type>",
        '<meta name="description" content="charset=koi8-r"><meta charset="cp1250">',
        '<!-- <meta charset="koi8-r"> --><meta charset="windows-1250">',
        "<script>var s='<meta charset=koi8-r>'</script><meta charset='windows-1250'>",
    ],
)
@pytest.mark.parametrize("before", ["", f"<script>{'/* consent */' * 1500}</script>", f"<style>{'a{}' * 9000}</style>"])
def test_the_declaration_of_a_page_is_found(head: str, before: str) -> None:
    found = decoded_markup(polish_page(head, before=before))
    assert POLISH in found.text and not found.doubt


def test_a_server_comes_before_the_page_unless_it_is_wrong() -> None:
    page = polish_page('<meta charset="koi8-r">')
    assert POLISH in decoded_markup(page, "windows-1250").text
    found = decoded_markup(polish_page('<meta charset="windows-1250">'), "utf-8")
    assert POLISH in found.text and "declares utf-8, which it is not; read as windows-1250;" in found.doubt


def test_markup_in_utf_16_without_a_mark() -> None:
    assert decoded_markup("<?xml version='1.0' encoding='utf-16'?><p>Łódź</p>".encode("utf-16-be")).text.endswith(
        "Łódź</p>"
    )


@pytest.mark.parametrize("piece", [b"<meta ", b"<script", b"<!--", b"<meta charset=a", b"<script>", b"<title "])
def test_hostile_markup_takes_linear_time(piece: bytes) -> None:
    start = time.process_time()
    decoded_markup(piece * 300_000)
    assert time.process_time() - start < 3


def items(path: Path) -> tuple[str, list[str]]:
    found = list(read_file(path))
    texts = [item.text for item in found if isinstance(item, Article)]
    return texts[0], [item.text for item in found if isinstance(item, Notice)]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_text_of_another_set_gets_a_notice(tmp_path: Path, name: str) -> None:
    text, notices = items(write(tmp_path, name, POLISH.encode("cp1250")))
    assert text == POLISH
    assert [notice for notice in notices if "read as windows-1250 by its letters" in notice]


def test_a_page_a_page_archive_and_a_crawl(tmp_path: Path) -> None:
    page = polish_page('<meta charset="windows-1250">', before=f"<script>{'//' * 4000}</script>")
    assert items(write(tmp_path, "a.html", page))[0].startswith(POLISH)
    assert items(write(tmp_path, "a.mhtml", web_archive(page)))[0].startswith(POLISH)
    record = warc_record("response", "https://orlenek.example/1", response(page, headers="Content-Type: text/html"))
    assert items(write(tmp_path, "a.warc", record))[0].startswith(POLISH)


def test_a_mail_in_latin_1_keeps_its_quotation_marks(tmp_path: Path) -> None:
    head = (
        b"From: =?iso-8859-1?Q?Skj=E6r_=96_Brev?= <b@skjaer.example>\nTo: r@home.example\n"
        b"Subject: =?latin1?Q?=93Wait=94?=\n"
        b"Date: Tue, 11 Mar 2025 08:00:00 +0100\nMIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\n\n"
    )
    article = only_article(write(tmp_path, "a.eml", head + QUOTED.encode("cp1252")))
    assert (article.text, article.title, article.outlet) == (QUOTED, "“Wait”", "Skjær – Brev")


def test_a_mail_page_that_declares_its_set_itself(tmp_path: Path) -> None:
    head = b"From: Brev <b@s.example>\nSubject: Caf\xe9 closed\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
    body = f"<meta charset=windows-1250><p>{POLISH}</p>".encode("cp1250")
    article = only_article(write(tmp_path, "a.eml", head + body))
    assert (article.text, article.title) == (POLISH, "Café closed")


def test_rows_of_another_set_get_one_notice(tmp_path: Path) -> None:
    rows = "".join(f'{{"title": "Pomost", "text": "{n} {POLISH}", "date": "2025-03-04"}}\n' for n in range(3))
    for name in ("a.jsonl", "a.json"):
        text, notices = items(write(tmp_path, name, rows.encode("cp1250")))
        assert text == f"0 {POLISH}"
        assert len([notice for notice in notices if "windows-1250" in notice]) == 1


def test_binary_data_and_noise_are_refused() -> None:
    with pytest.raises(UnreadableError, match="save it as UTF-8"):
        decode(bytes(range(128, 256)) * 3 + b"\x81\x8d\x8f" * 40)


@pytest.mark.parametrize(
    ("text", "doubtful"), [("The quay of Orlen is shut.", False), ("The café of Orlen is shut.", True)]
)
def test_a_doubt_is_one_about_the_letters_of_the_article(tmp_path: Path, text: str, doubtful: bool) -> None:
    body = "".join(
        f"<p>{text} The mayor said so on Monday, and the ferry goes from Pier {n} now.</p>" for n in range(3)
    )
    page = f"<html><body><nav>Menü</nav><article><h1>Quay</h1>{body}</article></body></html>"
    items = list(read_file(write(tmp_path, "a.html", page.encode("cp1252"))))
    assert any(isinstance(item, Notice) for item in items) == doubtful
    (article,) = [item for item in items if isinstance(item, Article)]
    assert bool(article.doubt) == doubtful
