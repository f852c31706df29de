"""The size and order of a package: modules, longest functions, names that stand in two places, docstrings.

    python -m research.house [FOLDER] [--longest N] [--json]

FOLDER is assistant/ if none is given. A module is a file with code of its own, so `__init__.py` is not counted. A name
may be defined in two modules when the line of the definition, or the one above it, says why:

    # same name as OTHER because REASON
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_REASON = re.compile(r"# same name as \S+ because \S")
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True, order=True)
class Function:
    """A function or method, of nested ones each, with its lines from `def` to the last."""

    lines: int
    name: str  # path:line name


@dataclass(frozen=True)
class Module:
    """One file of the package."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        """The number of its lines."""
        return self.text.count("\n")

    def functions(self) -> Iterator[Function]:
        """Yield its functions and methods."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield Function(length, f"{shown(self.path)}:{node.lineno} {node.name}")

    def public_names(self) -> Iterator[tuple[str, bool]]:
        """Yield the public names that it defines at its top, and whether each says why it is defined elsewhere too."""
        lines = self.text.splitlines()
        for node in self.tree.body:
            near = " ".join(lines[max(node.lineno - 2, 0) : node.lineno])
            for name in _defined(node):
                if not name.startswith("_"):
                    yield name, bool(_REASON.search(near))

    def undocumented(self) -> Iterator[tuple[str, bool]]:
        """Yield the module and each public class, function and method, and whether it lacks a docstring."""
        yield shown(self.path), ast.get_docstring(self.tree) is None
        for node in _public(self.tree):
            yield f"{shown(self.path)}:{node.lineno} {node.name}", ast.get_docstring(node) is None


def _public(inside: ast.Module | ast.ClassDef) -> Iterator[_Definition]:
    """Yield the public functions and classes, and those within classes; not those within functions."""
    for node in inside.body:
        if isinstance(node, _Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _defined(node: ast.stmt) -> list[str]:
    """Return the names that a statement defines."""
    if isinstance(node, _Definition):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


@dataclass(frozen=True)
class House:
    """All modules of a folder."""

    modules: tuple[Module, ...]

    @classmethod
    def read(cls, folder: Path) -> House:
        """Read the folder and those within it."""
        files = sorted(path for path in folder.rglob("*.py") if path.name != "__init__.py")
        return cls(tuple(Module(path, path.read_text(encoding="utf-8")) for path in files))

    @cached_property
    def functions(self) -> list[Function]:
        """All functions, the longest first."""
        return sorted((f for module in self.modules for f in module.functions()), reverse=True)

    def module_names_shared(self) -> dict[str, list[str]]:
        """Return the names of modules that stand in two packages or more, with their files."""
        files: defaultdict[str, list[str]] = defaultdict(list)
        for module in self.modules:
            files[module.path.name].append(shown(module.path))
        return _several(files)

    def public_names_shared(self) -> dict[str, list[str]]:
        """Return the public functions, classes and types of one name in two modules or more, without a reason.

        One of the modules needs none: the others say why they have the same name.
        """
        return {name: files for name, files in self._names_shared().items() if not name.isupper()}

    def constants_shared(self) -> dict[str, list[str]]:
        """Return the same for constants. Names of one letter are type variables and stand in neither."""
        return {name: files for name, files in self._names_shared().items() if name.isupper() and len(name) > 1}

    def _names_shared(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[tuple[str, bool]]] = defaultdict(list)
        for module in self.modules:
            for name, reason in dict(module.public_names()).items():
                found[name].append((shown(module.path), reason))
        silent = {name: [file for file, reason in files if not reason] for name, files in found.items()}
        return _several(silent)

    def figures(self) -> dict[str, int | float]:
        """Return what the house is measured by."""
        lacking = [lacks for module in self.modules for _, lacks in module.undocumented()]
        return {
            "modules": len(self.modules),
            "lines": sum(module.lines for module in self.modules),
            "longest module": max(module.lines for module in self.modules),
            "functions": len(self.functions),
            "median function": statistics.median(f.lines for f in self.functions),
            "longest function": self.functions[0].lines,
            "module names in two packages": len(self.module_names_shared()),
            "public names defined twice": len(self.public_names_shared()),
            "constants defined twice": len(self.constants_shared()),
            "documented, %": round(100 - 100 * sum(lacking) / len(lacking), 1),
        }


def _several(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: files for name, files in sorted(found.items()) if len(files) > 1}


def shown(path: Path) -> str:
    """Return a path as it is named in the repository."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def main(arguments: list[str]) -> None:
    """Print the figures, the longest modules and functions, and the names that stand in two places."""
    parser = argparse.ArgumentParser(prog="python -m research.house", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "assistant")
    parser.add_argument("--longest", type=int, default=10, metavar="N", help="how many long modules and functions")
    parser.add_argument("--json", action="store_true", help="print the figures alone, as JSON")
    chosen = parser.parse_args(arguments)
    house = House.read(chosen.folder.resolve())
    if chosen.json:
        print(json.dumps(house.figures(), indent=2))
        return
    longest = sorted(house.modules, key=lambda module: -module.lines)[: chosen.longest]
    _show("Figures", (f"{value:>8,}  {name}" for name, value in house.figures().items()))
    _show("Longest modules", (f"{module.lines:8}  {shown(module.path)}" for module in longest))
    _show("Longest functions", (f"{f.lines:8}  {f.name}" for f in house.functions[: chosen.longest]))
    without = (f"          {name}" for module in house.modules for name, lacks in module.undocumented() if lacks)
    _show("Without a docstring", without)
    for title, names in (
        ("Module names in two packages", house.module_names_shared()),
        ("Public names defined twice", house.public_names_shared()),
        ("Constants defined twice", house.constants_shared()),
    ):
        _show(title, (f"{name:>24}  {', '.join(files)}" for name, files in names.items()))


def _show(title: str, lines: Iterator[str]) -> None:
    print(title, *lines, "", sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
