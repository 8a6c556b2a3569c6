"""A workbook as it was when its file was read: the skeleton at once, the cells of a sheet when somebody asks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.ooxml.cellstyles import date_formats, style_formats
from kpi_xl.hosts.ooxml.definitions import Definitions, Sheet, TableDefinition, read_definitions
from kpi_xl.hosts.ooxml.formulas import read_formulas
from kpi_xl.hosts.ooxml.package import Package
from kpi_xl.hosts.ooxml.values import Reading, read_values, shared_strings
from kpi_xl.hosts.ooxml.xmlpart import markup, root_of
from kpi_xl.hosts.tablegrid import Deferred, Frame, floor_of, heading_text, table_rows
from kpi_xl.model.grid import Scalar, TableGrid


class LazyTables(Mapping[str, TableGrid]):
    """Tables by name, each read when it is first asked for."""

    def __init__(self, names: tuple[str, ...], read: Callable[[str], TableGrid]) -> None:
        self._names = names
        self._read = read
        self._grids: dict[str, TableGrid] = {}

    def __getitem__(self, name: str) -> TableGrid:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._grids:
            self._grids[name] = self._read(name)
        return self._grids[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Snapshot:
    """One state of a workbook; it never changes, only learns more of itself."""

    def __init__(self, package: Package) -> None:
        self.package = package
        with self._damage(""):
            self.definitions: Definitions = read_definitions(package)
        self._values: dict[str, Mapping[int, Mapping[int, Scalar]]] = {}

    @cached_property
    def tables(self) -> Mapping[str, TableGrid]:
        """Every table by its name."""
        return LazyTables(tuple(self.definitions.tables), self._grid)

    @cached_property
    def styles(self) -> Mapping[str, int]:
        """Cell format by the name of its cell style."""
        part = self.definitions.styles
        with self._damage(part):
            return style_formats(root_of(self.package, part)) if part else {}

    def values(self, sheet: Sheet) -> Mapping[int, Mapping[int, Scalar]]:
        """Filled cells of a sheet by 1-based row, then column."""
        if sheet.part not in self._values:
            with self._damage(sheet.part):
                self._values[sheet.part] = read_values(markup(self.package, sheet.part), self._reading)
        return self._values[sheet.part]

    def formulas(self, sheet: Sheet) -> Mapping[tuple[int, int], str]:
        """Formula text of a sheet by 1-based row and column."""
        with self._damage(sheet.part):
            return read_formulas(markup(self.package, sheet.part))

    @cached_property
    def _reading(self) -> Reading:
        known = self.definitions
        with self._damage(known.styles):
            dates = date_formats(root_of(self.package, known.styles)) if known.styles else frozenset()
        strings = shared_strings(markup(self.package, known.strings)) if known.strings else []
        return Reading(strings, dates, is_1904=known.is_1904)

    def _grid(self, name: str) -> TableGrid:
        table = self.definitions.tables[name]
        frame = _frame(table)
        floor = floor_of(frame, (_frame(each) for each in self.definitions.tables.values()))
        # Scoring asks where a system table stands, seldom what is in it: its cells are read when they are looked at.
        return TableGrid(
            frame.name,
            frame.sheet,
            frame.row,
            frame.column,
            Deferred(lambda: self._header(table)),
            Deferred(lambda: table_rows(frame, self.values(table.sheet), floor)),
            frame.declared,
        )

    def _header(self, table: TableDefinition) -> tuple[str, ...]:
        if not table.headings:
            return table.columns
        heading, area = self.values(table.sheet).get(table.area.top, {}), table.area
        return tuple(heading_text(heading.get(column)) for column in range(area.left, area.right + 1))

    @contextlib.contextmanager
    def _damage(self, part: str) -> Iterator[None]:
        """Turn a breach of the file format, met while reading, into the failure it is."""
        try:
            yield
        except ValueError as failure:
            raise WorkbookError(
                "E-BOOK-DAMAGED", book=self.package.book, member=part, reason=str(failure)
            ) from failure


def _frame(table: TableDefinition) -> Frame:
    area = table.area
    return Frame(
        table.name, table.sheet.name, table.first - 1, area.left, area.right - area.left + 1,
        table.declared, is_closed=table.totals > 0,
    )
