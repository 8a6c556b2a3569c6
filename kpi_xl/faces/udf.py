"""The worksheet functions as Excel calls them through xlwings: shapes in, shapes out, errors by their text.

Windows only: elsewhere xlwings leaves functions as they are, and the ones made here can be called directly.
COM takes no error value out of Python, so a failure leaves as the text of its error value; the VBA wrapper
(builder/wrappers.py) turns that text into the true error.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from decimal import Decimal
from importlib.util import find_spec
from time import monotonic
from typing import Any

from kpi_xl.book.queries import FUNCTIONS
from kpi_xl.book.results import Results, results_of
from kpi_xl.commands.query import OpenResults, answer
from kpi_xl.errors import KpiError
from kpi_xl.functions import CellFailure, FunctionSpec
from kpi_xl.functions.cells import Cell, Grid
from kpi_xl.functions.failures import error_value
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang

CATEGORY = "KPI"
"""Where Excel's function wizard lists them."""
FRESH = 0.5
"""Seconds for which a book that was read answers the next cell of the same recalculation."""
LONGEST_IN_BLOCK = 255
"""Characters that Excel takes in one cell of a block that a function returns; a longer one spoils the whole block."""

Udf = Callable[..., Any]


def calling_host() -> WorkbookHost:
    """The open book whose cell is being calculated."""
    from kpi_xl.hosts.excel.books import calling_book
    from kpi_xl.hosts.excel.host import ExcelHost

    return ExcelHost(calling_book())


def udfs(caller: Callable[[], WorkbookHost] = calling_host, lang: Lang = "zh") -> dict[str, Udf]:
    """Every worksheet function by its name, ready for `xlwings` to import.

    Parameters
    ----------
    caller
        The book whose cell is being calculated; only book queries ask for it.
    lang
        Language of the help that Excel shows.
    """
    book = kept(caller)
    made = {name: udf(spec, book, lang) for name, spec in FUNCTIONS.items()}
    return made if find_spec("xlwings") is None else {name: _marked(made[name], FUNCTIONS[name], lang) for name in made}


def udf(spec: FunctionSpec, book: OpenResults, lang: Lang = "zh") -> Udf:
    """One function over the cells that xlwings hands over; what is wrong with them comes back as an error value."""

    def called(*cells: Any) -> Any:
        given = {argument.name: _grid(cell) for argument, cell in zip(spec.arguments, cells, strict=False)}
        try:
            return _handed_out(answer(spec, given, book))
        except KpiError as error:
            return error_value(CellFailure(error.code, error.args_by_name))

    called.__name__ = called.__qualname__ = spec.name
    called.__doc__ = spec.summary(lang)
    called.__signature__ = _signature(spec)  # type: ignore[attr-defined]  # xlwings reads arguments and defaults off it
    return called


def kept(caller: Callable[[], WorkbookHost], clock: Callable[[], float] = monotonic) -> OpenResults:
    """The result sheets of the calling book, read once for the cells that are calculated together."""
    held: dict[str, tuple[float, Results]] = {}

    def read() -> Results:
        host = caller()
        then, results = held.get(host.name, (-FRESH, None))
        if results is None or clock() - then >= FRESH:
            results = results_of(host.tables())
            held[host.name] = clock(), results
        return results

    return read


def describe(application: Any, book: str, lang: Lang) -> bool:
    """Help of every function and argument for Excel's function wizard, in the reader's language.

    The module of VBA carries descriptions in English, as it is ASCII; those of arguments it cannot carry. To a book
    that was saved this is no change about which Excel would ask when it is closed.

    Parameters
    ----------
    application
        Excel's own Application object (``app.api`` of xlwings).
    book
        Name of the workbook or add-in that holds the functions.

    Returns
    -------
    bool
        False where Excel refuses, as it does for a book without these functions and for some hidden add-ins; nothing
        depends on it.
    """
    quoted = book.replace("'", "''")
    try:
        holder = application.Workbooks(book)
        was_saved = holder.Saved
        for name, spec in FUNCTIONS.items():
            application.MacroOptions(
                Macro=f"'{quoted}'!{name}",
                Description=spec.summary(lang),
                Category=CATEGORY,
                ArgumentDescriptions=[argument.help(lang) for argument in spec.arguments],
            )
        holder.Saved = was_saved
    except Exception:       # whatever the platform raises for a refusal: com_error exists on Windows alone
        return False
    return True


def _marked(function: Udf, spec: FunctionSpec, lang: Lang) -> Udf:
    """Registered with xlwings: every argument as rows of cells, with errors as their text and not as empty cells."""
    import xlwings

    for argument in spec.arguments:
        function = xlwings.arg(argument.name, ndim=2, err_to_str=True, doc=argument.help(lang))(function)
    marked: Udf = xlwings.func(category=CATEGORY, volatile=spec.reads_book)(function)   # last: `arg` resets both
    return marked


def _signature(spec: FunctionSpec) -> inspect.Signature:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    nothing = inspect.Parameter.empty
    parameters = [
        inspect.Parameter(argument.name, kind, default=argument.default if argument.optional else nothing)
        for argument in spec.arguments
    ]
    return inspect.Signature(parameters)


def _grid(cells: Any) -> Grid:
    """Cells as functions take them; a cell in a currency format comes as a Decimal."""
    if isinstance(cells, (list, tuple)):
        return [_grid(part) for part in cells]  # type: ignore[return-value]  # rows of rows are as deep as it gets
    found: Grid = float(cells) if isinstance(cells, Decimal) else cells
    return found


def _handed_out(found: Grid) -> Any:
    """Cells as Excel takes them."""
    if isinstance(found, str) or not isinstance(found, Sequence):
        return _cell(found)
    rows = [row if isinstance(row, Sequence) and not isinstance(row, str) else [row] for row in found]
    is_block = len(rows) * len(rows[0]) > 1
    return [[_in_block(_cell(cell)) if is_block else _cell(cell) for cell in row] for row in rows]


def _cell(cell: Cell) -> Any:
    if isinstance(cell, CellFailure):
        return error_value(cell)
    return "" if cell is None else cell


def _in_block(cell: Any) -> Any:
    is_long = isinstance(cell, str) and len(cell) > LONGEST_IN_BLOCK
    return cell[: LONGEST_IN_BLOCK - 1] + "…" if is_long else cell
