"""The house's rules that no single test would notice: who imports whom, how long things are, who may speak."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "core").rglob("*.py"))
SOURCES = [*CORE, *sorted((ROOT / "viewer").rglob("*.py"))]
GUI = ("PySide6", "PyQt6", "PyQt5", "qtpy", "pyqtgraph", "vispy", "matplotlib", "shiboken6")
MAX_FUNCTION_LINES, MAX_FILE_LINES = 50, 350

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def code_lines(function: Function) -> int:
    """Lines of a function without its docstring."""
    whole = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return whole
    docstring = function.body[0]
    return whole - ((docstring.end_lineno or 0) - docstring.lineno + 1)


def named(path: Path, what: str) -> str:
    return f"{path.relative_to(ROOT)}: {what}"


def test_import_contracts_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_core_imports_without_any_gui_or_plotting_library():
    drawing = ROOT / "core" / "report"  # comes with an extra, and is imported by nothing before it is asked for
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in CORE
        if drawing not in path.parents
    ]
    script = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({GUI!r}))\n"  # None makes every import of them fail
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, "-W", "error::ImportWarning", "-c", script], cwd=ROOT, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr


def test_functions_are_short():
    long = [
        named(path, f"{function.name} has {code_lines(function)} lines")
        for path in SOURCES
        for function in functions(parsed(path))
        if code_lines(function) > MAX_FUNCTION_LINES
    ]
    assert not long


def test_files_are_short():
    counts = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert not [named(path, f"{count} lines") for path, count in counts.items() if count > MAX_FILE_LINES]


def public_names(tree: ast.Module) -> Iterator[ast.stmt]:
    """Public functions and classes of a module, and public methods of public classes."""
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (m for m in node.body if isinstance(m, Function) and not m.name.startswith("_"))


def test_everything_public_says_what_it_is():
    silent = [
        named(path, node.name)
        for path in SOURCES
        for node in public_names(parsed(path))
        if ast.get_docstring(node) is None and not overloaded(node)
    ]
    assert not silent


def overloaded(node: ast.stmt) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(getattr(d, "id", getattr(d, "attr", "")) == "overload" for d in decorators)


def test_only_the_command_line_speaks_or_ends_the_program():
    speaking = [
        named(path, f"line {node.lineno} uses {called(node)}")
        for path in CORE
        if "cli" not in path.relative_to(ROOT).parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and called(node) in ("print", "sys.exit", "exit", "quit", "input")
    ]
    assert not speaking


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


@pytest.mark.parametrize("name", ["GUI", "CORE"])
def test_the_rules_look_at_something(name):
    assert len(globals()[name]) > 7
