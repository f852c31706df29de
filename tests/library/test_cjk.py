"""Words of scripts without spaces in the lexical index; and that nothing changes for the others."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.articles import FieldMap
from assistant.english.cjk import RUN, cut_runs, is_piece, letters, pieces
from assistant.errors import LibraryLocked
from assistant.library import analysis, lexical
from assistant.library.ingest import ingest
from assistant.library.lexical import TantivyIndex
from assistant.library.library import Library
from assistant.records import Filters
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.library.conftest import OpenLibrary, write_article
from tests.library.indexed import lexical_index, with_texts
from tests.library.test_library import assert_whole

_BLOCKS = (
    *((0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FFF), (0xFF66, 0xFF9D), (0xAC00, 0xD7A3), (0x1100, 0x11FF)),
    *((0x0E01, 0x0E3A), (0x0E40, 0x0E4E), (0x0EC0, 0x0EC4), (0x1780, 0x17B3), (0x17B6, 0x17D3), (0x1000, 0x103F)),
)
_RUNS = st.lists(st.sampled_from(_BLOCKS).flatmap(lambda b: st.integers(*b)).map(chr), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TantivyIndex]:
    made = lexical_index(tmp_path_factory.mktemp("terms"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("大雨警報。解除", ["大雨", "雨警", "警報", "解除"]),
        ("雨 と 2024年", ["雨", "と", "2024", "年"]),
        ("新iPhone15发布会, cafés", ["新", "iphone15", "发布", "布会", "cafe"]),
        ("ﾃﾚﾋﾞ テレビ", ["テレ", "レビ", "テレ", "レビ"]),
        ("ミサイル・テスト", ["ミサ", "サイ", "イル", "テス", "スト"]),
        (unicodedata.normalize("NFD", "ガス"), ["ガス"]),
        ("기사를 찾다", ["기사", "사를", "찾다"]),
        ("น้ำท่วม", ["นํ", "ํา", "าท", "ทว", "วม"]),  # without tone marks
    ],
)
def test_terms_by_hand(text: str, terms: list[str]) -> None:
    assert analysis.terms(text) == terms


@given(_RUNS)
def test_every_piece_is_one_term_and_is_known_as_a_piece(run: list[str]) -> None:
    text = "".join(run)
    expected = [piece for match in RUN.finditer(text) for piece in pieces(match[0])]
    assert analysis.terms(text) == expected
    assert all(is_piece(term) and len(term) <= 2 for term in expected)
    assert all(len(pieces(match[0])) == max(1, len(letters(match[0])) - 1) for match in RUN.finditer(text))


@given(st.text(st.characters(max_codepoint=0x0DFF)))  # Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari …
def test_text_in_scripts_with_spaces_is_analysed_as_it_was(text: str) -> None:
    assert cut_runs(text) is text or cut_runs(text) == text
    assert analysis.terms(text) == lexical.english_analyzer().analyze(text)
    assert not any(map(is_piece, analysis.terms(text)))


@settings(deadline=None)
@given(st.text())
def test_the_terms_of_a_text_are_those_under_which_the_index_holds_it(index: TantivyIndex, text: str) -> None:
    index.upsert(with_texts([1], [text]))
    index.commit()
    held = {term for term in analysis.terms(text) if index.frequency(term)}
    assert held == set(analysis.terms(text))
    assert set(index.terms_beginning("")) >= held
    assert len(index.search(analysis.terms(text), 1, Filters())) == bool(held)


def test_the_terms_of_the_example_archive_are_what_they_were(examples: Path) -> None:
    analyzer = lexical.english_analyzer()
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in examples.rglob("*") if file.is_file()]
    assert texts
    assert all(analysis.terms(text) == analyzer.analyze(text) for text in texts)


def test_a_word_is_found_inside_a_run_and_a_phrase_as_a_phrase(tmp_path: Path) -> None:
    index = lexical_index(tmp_path / "index")
    index.upsert(with_texts([1, 2], ["奥林市宣布大桥因裂缝关闭。", "裂缝不大，大桥照常开放。"]))
    index.commit()
    both, first = analysis.terms("大桥"), analysis.terms("大桥因裂缝")
    assert {hit.passage_id for hit in index.search(both, 5, Filters())} == {1, 2}
    assert [hit.passage_id for hit in index.search(first, 5, Filters(), [first])] == [1]
    index.close()


@pytest.fixture
def made_earlier(open_library: OpenLibrary, clippings: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a library whose lexical index an earlier version made, with a note that all agree."""
    with monkeypatch.context() as earlier:
        earlier.setattr(lexical, "_ANALYSIS", "english")
        library = open_library()
        ingest(library, [clippings], FieldMap())
        library.close()
    assert (library.folder / "indexes.json").exists()
    assert lexical.is_outdated(library.folder / "tantivy")
    return library.folder


def test_an_index_with_other_terms_is_built_anew_without_embedding(
    made_earlier: Path, open_library: OpenLibrary
) -> None:
    embedder, notices = BagOfWordsEmbedder(), list[str]()
    library = open_library(embedder, notices)
    library.ready()
    assert embedder.embedded == []
    assert notices == ["The search index tantivy is being rebuilt from the catalog."]
    assert not lexical.is_outdated(made_earlier / "tantivy")
    assert_whole(library)
    library.close()
    again = open_library(notices=notices)
    again.ready()
    assert len(notices) == 1


def test_adding_to_it_builds_it_anew_first(made_earlier: Path, open_library: OpenLibrary, tmp_path: Path) -> None:
    write_article(tmp_path / "more.txt", "大桥因裂缝关闭，市长说维修需要九百万克朗。")
    library = open_library()
    ingest(library, [tmp_path / "more.txt"], FieldMap())
    assert library.indexes.lexical.count() == library.indexes.vectors.count() == library.catalog.passage_count() == 4
    assert len(library.indexes.lexical.search(analysis.terms("裂缝"), 5, Filters())) == 1


def test_while_another_process_writes_it_says_to_wait(made_earlier: Path, open_library: OpenLibrary) -> None:
    holds = "import sys; from pathlib import Path; from assistant.library.disk import FileWriterLock\n"
    holds += "with FileWriterLock(Path(sys.argv[1])).held(): print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(made_earlier)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(LibraryLocked, match="Ask again in a minute"):
            open_library().ready()
        other.communicate()
    assert_whole(open_library())


def test_a_health_check_says_what_is_wrong_with_it(made_earlier: Path) -> None:
    library = Library(made_earlier, BagOfWordsEmbedder())
    assert "earlier version" in next(f.fault for f in library.check().findings if "lexical" in f.what)
    library.close()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"schema": [1]}', '{"schema": [{"name": "body"}]}'])
def test_damaged_notes_of_the_index_are_not_taken_for_old_ones(tmp_path: Path, content: str) -> None:
    (tmp_path / "meta.json").write_text(content, encoding="utf-8")
    assert not lexical.is_outdated(tmp_path)
