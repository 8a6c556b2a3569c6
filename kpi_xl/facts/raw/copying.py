"""A small export as cells of a raw sheet: its own texts under the canonical columns, nothing cleaned, nothing lost."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from kpi_xl.facts.raw.gathering import gathered
from kpi_xl.facts.raw.headings import ROWS_TO_LOOK_AT, Headings, aliases, found_in
from kpi_xl.facts.raw.layouts import Field, Layout, folded, layouts
from kpi_xl.facts.raw.neutral import neutralised
from kpi_xl.facts.raw.parts import Part
from kpi_xl.facts.raw.sources import LoadSettings, Source
from kpi_xl.model.grid import Scalar

MOST_ROWS = 20_000
"""More than these stay in their file: a sheet is for what people look at."""
EARLIEST = 1901
"""First year that both date systems of workbooks know whole."""
_PLAIN = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,12})?")


@dataclass(frozen=True, slots=True)
class Copy:
    """The rows of an export, and the columns of it that the table does not have."""

    table: str
    rows: tuple[Mapping[str, Scalar], ...]
    strange: tuple[str, ...]


def copied(source: Source, settings: LoadSettings) -> Copy | None:
    """An export as cells; None where cells would not say the same: too many rows, merged cells, units in headings.

    Raises
    ------
    WorkbookError
        What finding and opening its file raises.
    """
    if source.mapping or not isinstance(source.place, Path) or source.place.is_dir():
        return None
    with tempfile.TemporaryDirectory() as folder:
        found = gathered(source, settings, Path(folder))
        if len(found) != 1 or len(found[0].parts) != 1 or not isinstance(found[0].parts[0], Part):
            return None
        part, layout = found[0].parts[0], layouts()[found[0].table]
        rows = list(islice(_rows(part), MOST_ROWS + ROWS_TO_LOOK_AT + 1))
        marks = part.marks()
        found[0].unchanged()
    headings = found_in(rows[:ROWS_TO_LOOK_AT], layout, settings, part.place)
    below = rows[headings.first_row :]
    is_plain = not marks.merges and not marks.uses_1904 and not marks.may_have_long_numbers
    if len(below) > MOST_ROWS or not is_plain or any(each.scale != 1 for each in headings.columns):
        return None
    return Copy(layout.name, tuple(_cells(row, headings, layout) for row in below), _strange(headings))


def columns_of(header: Sequence[str], layout: Layout, settings: LoadSettings) -> Mapping[str, int]:
    """Position of every canonical column on a raw sheet."""
    known = aliases(layout, settings)
    found: dict[str, int] = {}
    for position, heading in enumerate(header):
        name = known.get(folded(heading), ("", False))[0]
        if name:
            found.setdefault(name, position)
    return found


def _strange(headings: Headings) -> tuple[str, ...]:
    return tuple(heading.text for heading in headings.columns if not heading.field)


def _rows(part: Part) -> Iterator[tuple[str | None, ...]]:
    for batch in part.batches():
        yield from zip(*batch.to_pydict().values(), strict=True)


def _cells(row: Sequence[str | None], headings: Headings, layout: Layout) -> Mapping[str, Scalar]:
    return {
        heading.field: _cell(row[heading.column], field)
        for heading in headings.columns
        if heading.column < len(row) and (field := layout.field(heading.field)) is not None
    }


def _cell(text: str | None, field: Field) -> Scalar:
    """A number or a date where the text is plainly one, so that native sums see it; else the text as it stands."""
    if text is None or not text.strip():
        return None
    if field.type in ("number", "integer", "fraction") and _PLAIN.fullmatch(text.strip()):
        return float(text)
    if field.type in ("time", "date") and len(text.strip()) >= 10:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            return neutralised(text)
        if moment.tzinfo is None and moment.year >= EARLIEST:
            return moment
    return neutralised(text)
