"""Which of our formulas somebody overwrote, found before scoring puts them back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kpi_xl.book.render import Rendering
from kpi_xl.book.sheets import SHEETS
from kpi_xl.hosts.ooxml.standing import StandingFormulas
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellError, CellOut, Scalar, TableGrid, a1
from kpi_xl.model.issue import Issue

REPORTED = 20
"""Overwritten cells are listed up to here; the rest is one number."""
SHOWN = 60
"""Characters of a formula that a message shows."""
SIZING = ("tblDetail", "tblCards")
"""Where these keep their sizes, the printed form keeps its layout."""
_WITHOUT_DIGITS = str.maketrans("", "", "0123456789 ")
_WORDS = re.compile(r'"[^"]*"')
_OWN_ROW = re.compile(r"(?<![\w$])[A-Z]{1,3}(\d+)(?!\w)")


def mended_formulas(
    host: WorkbookHost, grids: Mapping[str, TableGrid], drawn: Rendering, lang: Lang
) -> tuple[Issue, ...]:
    """One note for each formula cell that holds something else: a typed number, or a formula that points elsewhere.

    Rows that come and go move formulas, so only the shape counts: the functions, the columns, and which rows are this
    row. Offices leave out quotation marks around sheet names, and another language has other words; neither counts.
    """
    found = tuple(_overwritten(host, grids, drawn, lang))
    if len(found) > REPORTED:
        rest = Issue("I-FORMULA-MENDED-MORE", found[0].cell.rpartition("!")[0], {"count": len(found) - REPORTED})
        return (*found[:REPORTED], rest)
    return found


def _overwritten(
    host: WorkbookHost, grids: Mapping[str, TableGrid], drawn: Rendering, lang: Lang
) -> Iterator[Issue]:
    names = {sheet.anchor: label("sheets", sheet.key, lang) for sheet in SHEETS}
    sizes = {name: size for out in drawn.sheets for name, size in out.tables.items()}
    is_settled = all(grids[name].declared == sizes[name] for name in SIZING)
    for out in drawn.sheets:
        tables = [grids[name] for name in out.tables]
        if tables or is_settled:
            sheet = tables[0].sheet if tables else names[out.anchor]
            yield from _differing(out.cells, host.formulas(out.anchor), tables, sheet, is_ours=True)
    for patch in drawn.patches:
        grid = grids[patch.table]
        yield from _differing(patch.cells, host.formulas(patch.table), [grid], grid.sheet, is_ours=False)


def _differing(
    cells: Iterable[CellOut],
    there: Mapping[tuple[int, int], str],
    tables: list[TableGrid],
    sheet: str,
    *,
    is_ours: bool,
) -> Iterator[Issue]:
    """Cells with another formula or none; on a sheet of typed rows an empty cell is a row that is only just there."""
    for cell in there.unlike(cells, is_whole=is_ours) if isinstance(there, StandingFormulas) else cells:
        if cell.formula is None or there.get((cell.row, cell.column)) == cell.formula:
            continue
        grid = next((grid for grid in tables if _is_within(cell, grid)), None)
        if _is_new(cell, grid):
            continue
        formula = there.get((cell.row, cell.column), "")
        held = _held(cell, grid)
        if (formula and is_alike(formula, cell.formula)) or (not formula and not is_ours and held in (None, "")):
            continue
        facts = {"found": _shown(f"={formula}" if formula else held), "wanted": _shown(f"={cell.formula}")}
        yield Issue("I-FORMULA-MENDED", f"{sheet}!{a1(cell.row, cell.column)}", facts)


def _is_within(cell: CellOut, grid: TableGrid) -> bool:
    """The cell stands in the columns of the table, at or below its headings."""
    return grid.column <= cell.column < grid.column + len(grid.header) and cell.row > grid.row


def _is_new(cell: CellOut, grid: TableGrid | None) -> bool:
    """Nobody can have typed over it: a row that the table gains now, or a sentence that goes with the language."""
    return isinstance(cell.value, str) if grid is None else cell.row > grid.row + grid.declared


def _held(cell: CellOut, grid: TableGrid | None) -> Scalar:
    index = cell.row - grid.row - 1 if grid else -1
    return grid.rows[index][cell.column - grid.column] if grid and 0 <= index < len(grid.rows) else None


def is_alike(one: str, other: str) -> bool:
    """Two formulas say the same, each in its own row.

    >>> is_alike("SUM('a b'!$B$6:$B$9)*C6", "SUM(a b!$B$6:$B$12)*C6"), is_alike("C6*2", "C7*2")
    (True, False)
    """
    one, other = one.replace("'", ""), other.replace("'", "")
    if one == other:
        return True
    if one.translate(_WITHOUT_DIGITS) != other.translate(_WITHOUT_DIGITS):
        one, other = _WORDS.sub("", one), _WORDS.sub("", other)
        if one.translate(_WITHOUT_DIGITS) != other.translate(_WITHOUT_DIGITS):
            return False
    return _OWN_ROW.findall(one) == _OWN_ROW.findall(other)


def _shown(value: Scalar) -> str:
    match value:
        case None:
            return "—"
        case CellError(code):
            return code
        case float():
            return f"{value:.15g}"
        case _:
            text = str(value)
            return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
