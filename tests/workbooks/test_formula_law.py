"""The law every formula of a book obeys, and the shape a reader can rely on."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from pathlib import Path

import openpyxl
import pytest

from kpi_xl.book.example import example
from kpi_xl.book.formula import MAX_LENGTH, violations
from kpi_xl.book.sheets import SHEETS
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang
from kpi_xl.model.grid import CellError
from kpi_xl.referee import formula_cells


@pytest.fixture(scope="module", params=LANGS)
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lang: Lang = request.param
    path = tmp_path_factory.mktemp("law") / f"{lang}.xlsx"
    new_from(path, FileHost, example(lang), lang)
    score(FileHost(path))
    return path


def test_every_formula_obeys_the_law(book: Path) -> None:
    broken = {
        (sheet, address): (list(violations(cell.formula)), cell.formula)
        for (sheet, address), cell in formula_cells(book).items()
        if list(violations(cell.formula))
    }
    assert not broken


@pytest.mark.parametrize(
    "formula",
    [
        "XLOOKUP(A1,B1:B9,C1:C9)",
        "SUM(tblPlan[weight])",
        "SUM(SUMIFS(A1:A9,B1:B9,{1,2}))",
        "A1*1E8",
        "SUMPRODUCT(--(A1:A9>1))",
        "SUM(A:A)",
        "SUMPRODUCT(ISNUMBER(A1:A9)*1)",
        "+".join(["A1"] * MAX_LENGTH),
    ],
)
def test_the_law_sees_what_it_forbids(formula: str) -> None:
    assert list(violations(formula))


def test_one_formula_per_column(book: Path) -> None:
    host = FileHost(book)
    tables = host.tables()
    for sheet in SHEETS:
        for table in sheet.tables:
            grid = tables[table.name]
            formulas = host.formulas(table.name)
            shapes: dict[int, set[str]] = defaultdict(set)
            for (row, column), text in formulas.items():
                if grid.row < row <= grid.row + grid.declared and grid.column <= column < grid.column + len(
                    table.columns
                ):
                    shapes[column - grid.column].add(_relative(text, row))
            several = {table.columns[at].key for at, found in shapes.items() if len(found) > 1}
            # The checks and the parameters are lists of different questions, one to a row.
            assert several <= {"tblChecks": {"value"}, "tblParameters": {"setting"}}.get(table.name, set()), table.name


def _relative(formula: str, row: int) -> str:
    """Row numbers of relative references as distances from the formula's own row."""
    return re.sub(r"(?<![\w$!])(\$?[A-Z]{1,3})(\d+)\b", lambda m: f"{m[1]}[{int(m[2]) - row}]", formula)


def test_nothing_is_hidden_merged_linked_or_broken(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    for sheet in workbook:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not any(row.hidden for row in sheet.row_dimensions.values())
        assert not any(column.hidden for column in sheet.column_dimensions.values())
    with zipfile.ZipFile(book) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name or "vba" in name.casefold()]
    cells = formula_cells(book)
    assert cells
    assert not [place for place, cell in cells.items() if isinstance(cell.cached, CellError)]


def test_every_formula_has_a_cached_value(book: Path) -> None:
    """An empty text is a value too, so the raw XML is asked."""
    with zipfile.ZipFile(book) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    cells = [cell for sheet in sheets for cell in re.findall(r"<c [^>]*>(?:(?!</c>).)*</c>", sheet) if "<f" in cell]
    assert len(cells) == len(formula_cells(book))
    assert all("<v>" in cell or "<v/>" in cell for cell in cells)
