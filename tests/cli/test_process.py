"""The command line in a process of its own: what a shell, a pipe and a plain terminal see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL = (sys.executable, "-m", "assistant")
FAKE = (sys.executable, "-m", "tests.fakes.fake_cli")
HEAVY = ("chromadb", "openai", "onnxruntime", "tantivy", "numpy", "sqlalchemy", "trafilatura", "rich", "prompt_toolkit")


def run(*command: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=os.environ | environment,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", [("--help",), ("ask", "--help"), ("ask", "--since", "soon"), ("--nonsense",)])
def test_help_and_mistyped_options_import_nothing_heavy(arguments: tuple[str, ...]) -> None:
    code = f"""
import sys
from assistant.cli.main import main
main({list(arguments)!r})
loaded = sorted(set(sys.modules) & set({HEAVY!r}))
sys.exit("loaded: " + ", ".join(loaded) if loaded else 0)
"""
    done = run(sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr


def test_the_module_is_the_command() -> None:
    done = run(*REAL)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: assistant ")
    assert done.stderr == ""


def test_closed_standard_input_is_an_empty_one() -> None:
    done = run("sh", "-c", f"exec {sys.executable} -m assistant ask --no-model <&-")
    assert done.returncode == 2
    assert "There is no question" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupt_while_the_program_loads_is_quiet() -> None:
    code = """
import sys
import assistant.__main__ as program
class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == "assistant.cli.main":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
program.run()
"""
    done = run(sys.executable, "-c", code)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_an_error_shows_no_traceback(tmp_path: Path) -> None:
    done = run(*REAL, "ask", "x", "--asked-on", "soon")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: --asked-on")
    assert done.stdout == ""
    config = tmp_path / "config.yaml"
    config.write_text("nonsense: 1\n")
    done = run(*REAL, "config", "--json", ASSISTANT_CONFIG=str(config))
    assert done.returncode == 2
    assert "unknown setting" in json.loads(done.stderr)["error"]


def test_a_pipe_gets_no_escape_codes_unless_colour_is_forced(library: Path) -> None:
    ask = (*FAKE, "ask", "ferry and trap", "--library", str(library))
    assert "\x1b" not in run(*ask).stdout
    assert "\x1b" not in run(*ask, NO_COLOR="1").stdout
    assert "\x1b[" in run(*ask, FORCE_COLOR="1").stdout


def test_an_output_that_cannot_carry_a_character_gets_a_question_mark(library: Path) -> None:
    done = run(*FAKE, "ask", "harbour", "--library", str(library), PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "[1] Alder Courier ? 27 Nov 2025 ? Old harbour" in done.stdout
    done = run(*FAKE, "ask", "trap", "--json", "--library", str(library), PYTHONIOENCODING="ascii")
    assert "\u202e" in json.loads(done.stdout)["statements"][0]["text"]


@pytest.mark.skipif(os.name != "posix", reason="needs a shell with pipes")
@pytest.mark.parametrize("extra", ["", "--json"])
def test_a_reader_that_leaves_early_is_no_error(library: Path, extra: str) -> None:
    fake = f"'{sys.executable}' -m tests.fakes.fake_cli"
    lines = "harbour\\n" * 400
    done = run("sh", "-c", f"{fake} search harbour --library '{library}' {extra} | head -c 1")
    assert done.stderr == ""
    done = run("sh", "-c", f"printf '{lines}' | {fake} chat -q --library '{library}' | head -n 1")
    assert done.stdout == "Port Alder closes its old harbour for 18 million crowns. [1][2]\n"
    assert done.stderr == ""
