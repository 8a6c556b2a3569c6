"""A small engine for xlwings over openpyxl: enough of Excel for the live host to run on any machine.

It types as Excel does (2026-03 becomes a date, an apostrophe keeps a text), calculates with formualizer, refuses
what a protected or filtered sheet refuses, and speaks COM or AppleScript where xlwings hands out the native object.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import xlwings
from openpyxl.cell.cell import Cell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from kpi_xl.hosts.excel.cells import ERRORS
from kpi_xl.model.grid import CellError, a1
from kpi_xl.referee.formualizer import recalculate
from tests.live import applescript, com
from tests.live.copying import copied
from tests.live.saving import with_results

WORDS = {"windows": com, "mac": applescript}
ERROR_NUMBERS = {"#DIV/0!": -2146826281, "#N/A": -2146826246, "#SPILL!": -2146826243, "#VALUE!": -2146826273, "#NAME?": -2146826259}
Box = tuple[int, int, int, int]                 # row, column, rows, columns


class Refusal(Exception):  # noqa: N818
    """What Excel answers when it will not; a COM error carries a number."""

    def __init__(self, text: str, hresult: int = -2147352567) -> None:
        super().__init__(text)
        self.hresult = hresult


class TestEngine:
    """The engine that xlwings is given; `platform` says whose words its native objects speak."""

    __test__ = False
    name, type = "excel", "desktop"

    def __init__(self, platform: str = "windows") -> None:
        self.words = WORDS[platform]
        self.instances: list[TestApp] = []

    @property
    def apps(self) -> Apps:
        return Apps(self)

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data: Any, dates: Any, empty: Any, numbers: Any, err_to_str: bool) -> Any:
        known = {number: code for code, number in ERROR_NUMBERS.items() if code != "#SPILL!"}
        clean = lambda v: (known[v] if err_to_str else None) if isinstance(v, int) and v in known else v  # noqa: E731
        return [[empty if value in ("", None) else clean(value) for value in row] for row in data]


class Apps:
    def __init__(self, engine: TestEngine) -> None:
        self.engine = engine

    def keys(self) -> list[int]:
        return [app.pid for app in self.engine.instances]

    def add(self, **_: Any) -> TestApp:
        self.engine.instances.insert(0, TestApp(self.engine))
        return self.engine.instances[0]

    def __iter__(self) -> Iterator[TestApp]:
        return iter(self.engine.instances)

    def __len__(self) -> int:
        return len(self.engine.instances)


class TestApp:
    """One running Excel."""

    __test__ = False
    visible, screen_updating, display_alerts, enable_events = True, True, True, True
    version, hwnd, selection = "16.0", 1, None

    def __init__(self, engine: TestEngine) -> None:
        self.engine = engine
        self.pid = 100 + len(engine.instances)
        self.books = Books(self)
        self.alerts: list[tuple[str, str, str]] = []
        self.said: list[object] = []
        self.calculated = 0
        self._status: object = False
        self.calculation = "automatic"
        self.api = engine.words.app(self)

    @property
    def status_bar(self) -> object:
        return self._status

    @status_bar.setter
    def status_bar(self, text: object) -> None:
        self._status = text
        self.said.append(text)

    def calculate(self) -> None:
        self.calculated += 1

    def activate(self, steal_focus: bool = False) -> None:
        """There is no window."""

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: object) -> str:
        self.alerts.append((title, prompt, mode))
        return "ok"


class Books:
    def __init__(self, app: TestApp) -> None:
        self.app, self.open_books = app, []     # type: ignore[var-annotated]

    @property
    def active(self) -> TestBook:
        return self.open_books[-1]

    def __call__(self, key: str | int) -> TestBook:
        for book in self.open_books:
            if book.name == key or (isinstance(key, int) and book is self.open_books[key - 1]):
                return book
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self.open_books)

    def __iter__(self) -> Iterator[TestBook]:
        return iter(self.open_books)

    def open(self, fullname: str, *_: Any) -> TestBook:
        self.open_books.append(TestBook(self.app, Path(fullname)))
        return self.open_books[-1]


class TestBook:
    """An open workbook; `fullname` may be changed to a web address or to the bare name of an unsaved book."""

    __test__ = False

    def __init__(self, app: TestApp, path: Path) -> None:
        self.app, self.fullname = app, str(path)
        self.file = openpyxl.load_workbook(path)
        shown = openpyxl.load_workbook(path, data_only=True)
        self.results = {
            (sheet.title, cell.row, cell.column): shown[sheet.title].cell(cell.row, cell.column).value
            for sheet in self.file.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        }  # fmt: skip
        self.is_stale, self.locks_structure = False, False
        self.refuses: tuple[str, str] | None = None     # sheet and address where the next block is refused
        self.reads, self.writes = 0, 0
        self.selected: tuple[str, str] | None = None
        self.api = app.engine.words.book(self)

    @property
    def name(self) -> str:
        return self.fullname.replace("\\", "/").rpartition("/")[2]

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    def activate(self) -> None:
        """There is no window."""

    def close(self) -> None:
        self.app.books.open_books.remove(self)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        self.settle()
        place = path or self.fullname
        self.file.save(place)
        with_results(Path(place), self.results)
        self.fullname = place

    def save_copy(self, place: str) -> None:
        before = self.fullname
        self.save(place)
        self.fullname = before

    def settle(self) -> None:
        """Calculate, unless the user does so himself."""
        if self.is_stale and self.app.calculation == "automatic":
            with tempfile.TemporaryDirectory() as folder:
                self.file.save(Path(folder) / "book.xlsx")
                found = recalculate(Path(folder) / "book.xlsx").values
            for sheet in self.file.worksheets:
                for row in sheet.iter_rows():
                    for cell in row:
                        if cell.data_type == "f":
                            value = found.get((sheet.title, cell.coordinate))
                            said = value.code if isinstance(value, CellError) else value
                            self.results[sheet.title, cell.row, cell.column] = said
            self.is_stale = False


class Sheets:
    def __init__(self, book: TestBook) -> None:
        self.book = book

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.file.active)

    def __call__(self, key: str | int) -> Sheet:
        return Sheet(self.book, self.book.file.worksheets[key - 1] if isinstance(key, int) else self.book.file[key])

    def __len__(self) -> int:
        return len(self.book.file.worksheets)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, sheet) for sheet in self.book.file.worksheets)

    def __contains__(self, name: str) -> bool:
        return name in self.book.file.sheetnames

    def add(self, before: Sheet | None, after: Sheet | None, name: str | None) -> Sheet:
        return Sheet(self.book, self.book.file.create_sheet(name))


class Sheet:
    def __init__(self, book: TestBook, xl: Worksheet) -> None:
        self.book, self.xl = book, xl
        self.api = book.app.engine.words.sheet(self)

    @property
    def name(self) -> str:
        return str(self.xl.title)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def visible(self) -> bool:
        return bool(self.xl.sheet_state == "visible")

    @property
    def used_range(self) -> Range:
        left, top, right, bottom = range_boundaries(self.xl.calculate_dimension())
        return Range(self, (top, left, bottom - top + 1, right - left + 1))

    def activate(self) -> None:
        if not self.visible:
            raise Refusal("a hidden sheet cannot be activated")
        self.book.file.active = self.xl

    def autofit(self, axis: str | None = None) -> None:
        """Nobody looks."""

    def copy(self, before: None, after: Sheet) -> None:
        book = after.book
        if book.locks_structure:
            raise Refusal("the structure of the workbook is protected")
        new = copied(self.xl, book.file, 1 + book.file.index(after.xl))
        for (sheet, row, column), value in self.book.results.items():
            if sheet == self.name:
                book.results[new.title, row, column] = value

    def delete(self) -> None:
        self.book.file.remove(self.xl)

    def range(self, first: Any, second: Any = None) -> Range:
        if isinstance(first, str):
            left, top, right, bottom = range_boundaries(first.replace("$", ""))
            return Range(self, (top, left, bottom - top + 1, right - left + 1))
        if isinstance(first, Range):
            first, second = (first.row, first.column), (second.row, second.column)
        if len(first) == 4:
            return Range(self, first)
        last = second or first
        return Range(self, (first[0], first[1], last[0] - first[0] + 1, last[1] - first[1] + 1))


class Range:
    def __init__(self, sheet: Sheet, box: Box) -> None:
        self.sheet, self.row, self.column, self.shape = sheet, box[0], box[1], (box[2], box[3])
        self.options: dict[str, Any] = {}
        self.max_cells_per_read = self.max_cells_per_write = None
        self.api = sheet.book.app.engine.words.cells(self)

    def __call__(self, row: int, column: int) -> Range:
        return Range(self.sheet, (self.row + row - 1, self.column + column - 1, 1, 1))

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    @property
    def rows_of_cells(self) -> list[list[Cell]]:
        rows, columns = self.shape
        last = self.row + rows - 1, self.column + columns - 1
        return [list(line) for line in self.sheet.xl.iter_rows(self.row, last[0], self.column, last[1])]

    def held(self, cell: Cell) -> Any:
        """Value as the cell has it; of a formula its result."""
        place = self.sheet.name, cell.row, cell.column
        value = self.sheet.book.results.get(place) if cell.data_type == "f" else cell.value
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @property
    def raw_value(self) -> Any:
        self.sheet.book.settle()
        self.sheet.book.reads += 1
        rows = [[self._said(cell) for cell in line] for line in self.rows_of_cells]
        return rows[0][0] if self.shape == (1, 1) else rows

    def _said(self, cell: Cell) -> Any:
        value = self.held(cell)
        if value in ERRORS and (cell.data_type in "fe"):
            return self.sheet.book.app.engine.words.ERROR(ERROR_NUMBERS[value])
        if isinstance(value, float) and "¥" in cell.number_format:
            return Decimal(f"{value:.4f}")      # Range.Value hands out a currency, with four decimals
        return value

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        self.formula = value

    @property
    def formula(self) -> Any:
        rows = [[("" if c.value is None else c.value) for c in line] for line in self.rows_of_cells]
        return rows[0][0] if self.shape == (1, 1) else tuple(map(tuple, rows))

    @formula.setter
    def formula(self, value: Any) -> None:
        book, lines = self.sheet.book, self.rows_of_cells
        book.writes += 1
        if self.sheet.xl.protection.sheet:
            raise Refusal("the sheet is protected")
        if any(self.sheet.xl.row_dimensions[line[0].row].hidden for line in lines) and com.is_filtered(self.sheet.xl):
            raise Refusal("a block over filtered rows goes astray")
        said = value if isinstance(value, list) else [[value] * self.shape[1]] * self.shape[0]
        for line, row in zip(lines, said, strict=True):
            for cell, each in zip(line, row, strict=True):
                if book.refuses == (self.sheet.name, cell.coordinate):
                    book.refuses = None
                    raise Refusal("no")
                enter(cell, each)
        book.is_stale = True

    @property
    def number_format(self) -> str | None:
        formats = {cell.number_format for line in self.rows_of_cells for cell in line}
        return formats.pop() if len(formats) == 1 else None

    @number_format.setter
    def number_format(self, code: str) -> None:
        for line in self.rows_of_cells:
            for cell in line:
                cell.number_format = code

    @property
    def row_height(self) -> float:
        row = self.sheet.xl.row_dimensions[self.row]
        return 0 if row.hidden else row.height or 15.0

    @row_height.setter
    def row_height(self, points: float) -> None:
        row = self.sheet.xl.row_dimensions[self.row]
        row.height, row.hidden = points, False

    def select(self) -> None:
        self.sheet.book.selected = self.sheet.name, a1(self.row, self.column)
        self.sheet.book.app.selection = self


class Tables:
    def __init__(self, sheet: Sheet) -> None:
        self.items = [Table(sheet, table) for table in sheet.xl.tables.values()]

    def __call__(self, key: str | int) -> Table:
        return self.items[key - 1] if isinstance(key, int) else next(t for t in self.items if t.name == key)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Table]:
        return iter(self.items)


class Table:
    def __init__(self, sheet: Sheet, xl: Any) -> None:
        self.parent, self.xl = sheet, xl
        self.autofilter = self
        self.api = sheet.book.app.engine.words.table(self)

    @property
    def name(self) -> str:
        return str(self.xl.displayName)

    @name.setter
    def name(self, wanted: str) -> None:
        del self.parent.xl.tables[self.xl.name]
        self.xl.displayName = self.xl.name = wanted
        self.parent.xl.add_table(self.xl)

    @property
    def range(self) -> Range:
        return self.parent.range(self.xl.ref)

    @property
    def show_headers(self) -> bool:
        return self.xl.headerRowCount != 0

    @property
    def show_totals(self) -> bool:
        return bool(self.xl.totalsRowCount)

    @show_totals.setter
    def show_totals(self, shown: bool) -> None:
        if shown != self.show_totals:
            whole = self.range
            self.xl.totalsRowCount = int(shown)
            self._reach(whole.shape[0] + (1 if shown else -1))

    @property
    def show_autofilter(self) -> bool:
        return self.xl.autoFilter is not None

    @property
    def columns(self) -> Columns:
        return Columns([column.name for column in self.xl.tableColumns])

    def clear(self, field: int | None = None) -> None:
        """Its filter, not its cells."""
        com.show_all(self.parent.xl, self.xl)

    def resize(self, cells: xlwings.Range) -> None:
        if (cells.row, cells.column) != (self.range.row, self.range.column):
            raise Refusal("the headings must stay where they are")
        self._reach(cells.shape[0])

    def _reach(self, rows: int) -> None:
        whole = self.range
        last = a1(whole.row + rows - 1, whole.column + whole.shape[1] - 1)
        self.xl.ref = f"{a1(whole.row, whole.column)}:{last}"
        if self.xl.autoFilter is not None:
            self.xl.autoFilter.ref = self.xl.ref


class Columns:
    def __init__(self, names: list[str]) -> None:
        self.items = [type("Column", (), {"name": name})() for name in names]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


class Names:
    def __init__(self, book: TestBook) -> None:
        self.book = book

    def __call__(self, name: str) -> Name:
        return Name(self.book, name)

    def contains(self, name: str) -> bool:
        return name in self.book.file.defined_names


class Name:
    def __init__(self, book: TestBook, name: str) -> None:
        self.book, self.name = book, name

    @property
    def refers_to_range(self) -> Range:
        (sheet, address), *_ = self.book.file.defined_names[self.name].destinations
        return self.book.sheets(sheet).range(address)


def enter(cell: Cell, said: Any) -> None:
    """Type into a cell."""
    cell.value, cell.quotePrefix = None, False
    if said in ("", None):
        return
    if not isinstance(said, str):
        cell.value = said
    elif said.startswith("'") or cell.number_format == "@":
        cell.quotePrefix = said.startswith("'")
        cell.value, cell.data_type = said.removeprefix("'"), "s"
    else:
        cell.value = _understood(said)


def _understood(text: str) -> Any:
    """What Excel makes of a text that is typed."""
    if match := re.fullmatch(r"(\d{4})-(\d\d?)(?:-(\d\d?))?", text):
        return datetime(int(match[1]), int(match[2]), int(match[3] or 1))
    if re.fullmatch(r"[-+]?[\d,]*\.?\d+(?:e\d+)?%?", text, re.IGNORECASE):
        return float(text.rstrip("%").replace(",", "")) / (100 if text.endswith("%") else 1)
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    return text
