"""The package as a user gets it: a wheel, installed into an empty environment, with no checkout near.

The wheel is built from a copy of the files under version control, so that nothing left over in the working tree can
get into it. Its dependencies are not installed again, which would need the network: a .pth file shows the environment
the folder of packages of the one that runs the tests. A folder named so is searched for modules, while the .pth files
within it are not read, so the editable installation of this checkout stays out of sight.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"assistant", "eval", "prompts"}
NO_GIT = not (ROOT / ".git").exists() or shutil.which("git") is None
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")

pytestmark = pytest.mark.skipif(NO_GIT, reason="the files of the package are told by git, which is not here")


def output(*command: str | Path, cwd: Path, **more: str) -> str:
    """Run a command away from the user's own settings; return what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    done = subprocess.run(command, check=False, cwd=cwd, env=kept | more, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    listed = output("git", "ls-files", "-z", cwd=ROOT).split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkout, built = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("built")
    for name in tracked:
        copy = checkout / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy)
    output(*PIP, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", built, ".", cwd=checkout)
    (file,) = built.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an empty environment with nothing but the wheel in it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    output(*PIP, "--python", folder, "install", "--no-deps", "--no-index", "--no-compile", wheel, cwd=folder)
    (Path(paths["purelib"]) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Path(paths["scripts"])


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path, tracked: list[str]) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == {name for name in tracked if name.split("/")[0] in PACKAGES}
    assert {name.split("/")[0] for name in packed} == PACKAGES


def test_the_installed_program_answers_without_a_checkout(
    environment: Path, model_cache: Path, examples: Path, tmp_path: Path
) -> None:
    articles, empty = tmp_path / "articles", tmp_path / "empty"
    articles.mkdir()
    empty.mkdir()
    for name in ("2025-03-05-bridge-closed.txt", "2025-03-08-corrections.txt"):
        shutil.copy(examples / "courant" / name, articles)
    assistant, python = environment / "assistant", environment / "python"
    surroundings = {"ASSISTANT_CACHE": str(model_cache), "ASSISTANT_LIBRARY": str(tmp_path / "library"), "TERM": "dumb"}

    where = output(python, "-c", "import assistant; print(assistant.__file__)", cwd=empty).strip()
    assert not Path(where).is_relative_to(ROOT)
    output(assistant, "ingest", articles, cwd=empty, **surroundings)
    page = tmp_path / "answer.html"
    question = "How many vehicles does the Pellin Bridge carry a day?"
    answer = output(assistant, "ask", "--no-model", "--export", page, question, cwd=empty, **surroundings)
    assert "23,000 vehicles a day" in " ".join(answer.split())
    assert "[1]" in answer
    assert question in page.read_text(encoding="utf-8")


def test_the_evaluation_is_in_the_wheel_and_the_laboratory_is_not(environment: Path, tmp_path: Path) -> None:
    listed = output(environment / "python", "-m", "eval", "list", cwd=tmp_path)
    assert "examples" in listed
    assert output(environment / "assistant", "eval", "list", cwd=tmp_path) == listed
    script = "import importlib.util as u; print([n for n in ('research', 'tests') if u.find_spec(n)])"
    assert output(environment / "python", "-c", script, cwd=tmp_path).strip() == "[]"
