"""A sheet whose columns have cells of one type each: they go to the stage as they are, and never are text."""

from __future__ import annotations

from dataclasses import replace

import pyarrow
import pyarrow.compute

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.headings import ROWS_TO_LOOK_AT, Headings, found_in
from kpi_xl.facts.raw.layouts import Field
from kpi_xl.facts.raw.parts import Part
from kpi_xl.facts.raw.staging import as_text, numbered
from kpi_xl.facts.raw.work import Work

_NUMBERS = ("number", "integer", "fraction")
_TIMES = ("time", "date")
_EXACT = 1e15
"""Numbers from here on have more digits than a spreadsheet keeps."""
_SHORT = 1e-4
"""Numbers below are spelled with an exponent by one program and with zeros by another."""
_YEARS = (1900, 2199)
"""Years in which a time is plain."""


def stage_typed(work: Work, part: Part) -> tuple[list[str], Headings] | None:
    """Fill the table `stage` with the rows below the heading, and tell its columns and what they are.

    Returns
    -------
    list of str, Headings
        Columns of the stage. They are text, or of the type that the canonical column needs.
    None
        The sheet must be read as text: its heading is not found at once, or is of two rows, or a column has cells
        that would be spelled otherwise as text, or error values.
    """
    at = _heading_row(work, part)
    if part.typed is None or at is None:
        return None
    row, first = at
    found = part.typed.below(row)
    if found is None:
        return None
    names, batch = found
    before = max(first - next((place for place, name in enumerate(names) if name), first), 0)
    names = [""] * before + names
    try:
        headings = found_in([names], work.layout, work.settings, part.place)
    except WorkbookError:
        return None
    fields = {each.column: work.layout.field(each.field) for each in headings.columns}
    columns = [f"c{place}" for place in range(len(names))]
    cells = [_cell(cells, fields.get(place), f"c{place}") for place, cells in enumerate(batch.columns, before)]
    if not batch.num_rows or None in cells:
        return None
    # Marks count columns from A, cells from the first that is filled.
    pairs = zip(["NULL::VARCHAR"] * before + cells, columns, strict=True)
    chosen = ", ".join(f"{cell} AS {column}" for cell, column in pairs)
    work.store.connection.register("batch", numbered(batch, columns[before:], row + 2))
    work.store.run(f"CREATE OR REPLACE TEMP TABLE stage AS SELECT src_row, {chosen} FROM batch")
    work.store.connection.unregister("batch")
    return columns, replace(headings, first_row=0)


def _heading_row(work: Work, part: Part) -> tuple[int, int] | None:
    """Position of the one row of headings, each of which stands there once, and of the first of them."""
    rows = part.typed.top(ROWS_TO_LOOK_AT) if part.typed else []
    try:
        found = found_in(rows, work.layout, work.settings, part.place)
    except WorkbookError:
        return None
    words = [cell.strip() for cell in found.rows[0] if cell]
    if len(found.rows) > 1 or len(set(words)) < len(words):
        return None
    return found.first_row - 1, found.columns[0].column


def _cell(column: pyarrow.Array, field: Field | None, name: str) -> str | None:
    """SQL of a cell for the stage; None where only reading the sheet as text tells it."""
    kind = column.type
    if pyarrow.types.is_string(kind):
        return name
    wanted = field.type if field else "text"
    if pyarrow.types.is_boolean(kind):
        return name if wanted == "bool" else as_text("BOOLEAN", name)
    if pyarrow.types.is_timestamp(kind):
        is_plain = wanted in _TIMES and _lies(pyarrow.compute.year(column), *_YEARS)
        return f"{name}::TIMESTAMP" if is_plain else as_text("TIMESTAMP", f"{name}::TIMESTAMP")
    if not pyarrow.types.is_float64(kind):
        return None
    if wanted in _NUMBERS:
        return name
    return as_text("DOUBLE", name) if _is_short(column) else None


def _lies(numbers: pyarrow.Array, first: float, last: float) -> bool:
    found = pyarrow.compute.min_max(numbers).as_py()
    return found["min"] is None or (found["min"] >= first and found["max"] <= last)


def _is_short(numbers: pyarrow.Array) -> bool:
    """Whether every number is spelled alike by all: it is 0, or neither too large nor too small for it."""
    sizes = pyarrow.compute.abs(numbers.drop_null())
    return _lies(sizes.filter(pyarrow.compute.greater(sizes, 0.0)), _SHORT, _EXACT - 1)
