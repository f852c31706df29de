"""One `Assistant` answers many threads while another process writes: no error, and no answer but the right one."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

from assistant.app import Assistant
from assistant.library.library import Library
from assistant.records import Answer
from assistant.settings import Settings
from research.torture.articles import revisions
from tests.fakes.embedder import BagOfWordsEmbedder

COUNT = 10
WRITES = 1
THREADS = 4

_WRITER = """
import sys
from pathlib import Path
from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from assistant.library.library import Library
from tests.fakes.embedder import BagOfWordsEmbedder
print("ready", flush=True)
sys.stdin.readline()
for file in sys.argv[2:]:
    library = Library(Path(sys.argv[1]), BagOfWordsEmbedder(32))
    ingest(library, [Path(file)], FieldMap())
    library.close()
"""


def opened(folder: Path) -> Assistant:
    return Assistant(
        partial(Library, folder, BagOfWordsEmbedder(32), create=True), Settings(use_model=False, reader="off")
    )


def quotations_stand(assistant: Assistant, answer: Answer) -> bool:
    """Whether every quoted sentence is the stored text of the version that it names."""
    return all(
        assistant.article(c.article.id, c.article.version).text[c.start : c.end] == c.text for c in answer.evidence
    )


def test_many_threads_read_one_library_while_another_process_writes(tmp_path: Path) -> None:
    files = revisions(tmp_path, COUNT, 1 + WRITES)
    folder = tmp_path / "library"
    errors: list[BaseException] = []
    asked = [0] * THREADS
    done = threading.Event()

    def read(number: int) -> None:
        questions = ("How many crowns did it cost?", "Who updated the report?", "What did Orrin say?")
        while not done.is_set():
            try:
                answer = assistant.ask(questions[asked[number] % 3])
                assert quotations_stand(assistant, answer)
                assert assistant.status().articles
            except BaseException as error:  # noqa: BLE001  # whatever it is, the test shall show it
                errors.append(error)
                return
            asked[number] += 1
            time.sleep(0.02)  # the writer shall have a core too

    command = [sys.executable, "-c", _WRITER, str(folder), *map(str, files[1:])]
    writing = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with opened(folder) as assistant:
        assistant.ingest([files[0]])
        assert writing.stdout is not None
        assert writing.stdout.readline() == "ready\n"  # what it needs is imported: it writes as soon as it is told
        threads = [threading.Thread(target=read, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        with writing:
            writing.communicate("now\n", timeout=300)
        assert writing.returncode == 0
        time.sleep(0.3)
        done.set()
        for thread in threads:
            thread.join()
        assert errors == []
        assert min(asked) > 0
        with opened(folder) as fresh:
            question = "How many crowns did it cost?"
            assert assistant.ask(question) == fresh.ask(question)


def test_an_outlet_that_comes_later_is_known_to_the_open_archive(tmp_path: Path) -> None:
    from tests.fakes.archive import ROWS, write_rows

    first, second = (write_rows(tmp_path / f"{n}.jsonl", [row]) for n, row in enumerate(ROWS[:2]))
    with opened(tmp_path / "library") as assistant:
        assistant.ingest([first])
        assert assistant.explain("What did Isle News say about the ferry?").query.outlets == ()
        with opened(tmp_path / "library") as other:
            other.ingest([second])
        assert assistant.explain("What did Isle News say about the ferry?").query.outlets == ("Isle News",)


def test_a_variant_shares_the_library_and_not_the_settings(tmp_path: Path) -> None:
    with opened(tmp_path / "library") as assistant:
        assistant.ingest([revisions(tmp_path, 3, 1)[0]])
        strict = assistant.variant(strict=True, model="tiny", base_url="http://127.0.0.1:9/v1", use_model=True)
        assert (strict.model_name, assistant.model_name) == ("tiny", "")
        assert strict.articles() == assistant.articles()
