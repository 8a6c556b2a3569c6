"""query: worksheet functions that answer from a book, wherever the book lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from kpi_xl.book.queries import FUNCTIONS
from kpi_xl.book.results import Results, results_of
from kpi_xl.errors import FunctionError
from kpi_xl.functions import FunctionSpec
from kpi_xl.functions.cells import Grid
from kpi_xl.hosts.port import WorkbookHost

OpenResults = Callable[[], Results]


def query(host: WorkbookHost, name: str, *arguments: Grid) -> Grid:
    """Answer of one function from the sheets of a book as they are now; nothing is appraised anew.

    Parameters
    ----------
    host
        The book; its tables are read once.
    name : str
        Name in Excel, such as ``KPI_FACT``, in any case.

    Raises
    ------
    FunctionError
        ``E-FUNCTION-UNKNOWN``, ``E-BOOK-STRANGE``, and what the function itself says.
    """
    spec = spec_of(name, has_book=True)
    names = [argument.name for argument in spec.arguments]
    return answer(spec, dict(zip(names, arguments, strict=False)), results(host))


def results(host: WorkbookHost) -> OpenResults:
    """The result sheets of a book, read when the first function asks for them and then kept."""
    return cache(lambda: results_of(host.tables()))


def answer(spec: FunctionSpec, arguments: Mapping[str, Any], book: OpenResults | None) -> Grid:
    """Value of a function; only a book query opens the book."""
    asked = (book(),) if spec.reads_book and book is not None else ()
    return spec.function(*asked, **arguments)


def spec_of(name: str, has_book: bool) -> FunctionSpec:
    """The function of a name in any case.

    Raises
    ------
    FunctionError
        ``E-FUNCTION-UNKNOWN``; ``E-CALL-BOOK``: a book query and no book.
    """
    spec = FUNCTIONS.get(name.strip().upper())
    if spec is None:
        raise FunctionError("E-FUNCTION-UNKNOWN", found=name, wanted=", ".join(FUNCTIONS))
    if spec.reads_book and not has_book:
        raise FunctionError("E-CALL-BOOK", function=spec.name)
    return spec
