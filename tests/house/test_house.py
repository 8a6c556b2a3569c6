"""What keeps the house easy to walk through: small rooms, honest names, and doors that open fast."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "kpi_xl"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "core", "common", "misc"}
LONG_BECAUSE = {
    "scoring/items.py:item": "fills one wide record, in the order the sheet shows it",
    "scoring/cards.py:card": "fills one wide record, in the order the sheet shows it",
}
HEAVY = {"scipy", "pandas", "numpy", "xlwings", "openpyxl", "xlsxwriter", "formualizer", "formulas", "python_calamine", "tqdm"}


def lengths_of_functions() -> Iterator[tuple[str, int]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.name}", node.end_lineno - node.lineno + 1


def imported_by(statement: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after a statement."""
    program = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_modules_are_short() -> None:
    lines = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_functions_are_short_but_for_those_with_a_reason() -> None:
    long = {name for name, lines in lengths_of_functions() if lines > LONGEST_FUNCTION}
    assert long == set(LONG_BECAUSE)


def test_modules_are_named_after_what_they_are() -> None:
    names = {part for path in MODULES for part in path.relative_to(PACKAGE).with_suffix("").parts}
    assert names & EMPTY_NAMES == set()


@pytest.mark.parametrize(
    "statement",
    [
        "import kpi_xl.faces.cli",
        "import kpi_xl.commands.score, kpi_xl.hosts.file",
        "import kpi_xl.commands.check, kpi_xl.commands.explain, kpi_xl.hosts.file",
        "import kpi_xl.commands.call",
    ],
)
def test_no_heavy_package_is_waited_for(statement: str) -> None:
    assert imported_by(statement) & HEAVY == set()


def test_a_new_workbook_needs_xlsxwriter_and_no_other() -> None:
    """Also shows that the question above can be answered with yes."""
    assert imported_by("import kpi_xl.commands.new") & HEAVY == {"xlsxwriter"}
