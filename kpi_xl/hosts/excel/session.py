"""Around a write into Excel: a copy kept beforehand, the program at rest, sheets unlocked, all put back afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_xl.errors import KpiError, WorkbookError
from kpi_xl.hosts.machine.dated_copies import keep_dated

if TYPE_CHECKING:
    from kpi_xl.hosts.excel.books import App, Book, Sheet
    from kpi_xl.hosts.excel.native import Native

_BUSY = frozenset((-2_147_418_111, -2_147_417_846, -2_146_777_998))
"""COM's answers while a cell is being edited or a dialog is open.

RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER and Excel's own VBA_E_IGNORE.
"""


@contextlib.contextmanager
def refusals(book: str) -> Iterator[None]:
    """Turn whatever Excel refuses into a failure with a code.

    Raises
    ------
    WorkbookError
        ``E-EXCEL-BUSY``, ``E-EXCEL-FAILED``.
    """
    try:
        yield
    except KpiError:
        raise
    except Exception as failure:
        code = "E-EXCEL-BUSY" if getattr(failure, "hresult", None) in _BUSY else "E-EXCEL-FAILED"
        raise WorkbookError(code, book=book, reason=f"{type(failure).__name__}: {failure}") from failure


@contextlib.contextmanager
def at_rest(app: App, native: Native) -> Iterator[None]:
    """Nothing is drawn, calculated, asked or completed meanwhile; afterwards all is as the user had it."""
    wanted: list[tuple[Any, str, object]] = [
        (app, "screen_updating", False),
        (app, "enable_events", False),
        (app, "display_alerts", False),
        (app, "calculation", "manual"),
        *((owner, name, False) for owner, name in native.typing_aids(app)),
    ]
    kept: list[tuple[Any, str, object]] = []
    try:
        for owner, name, value in wanted:
            kept.append((owner, name, getattr(owner, name)))
            setattr(owner, name, value)
        yield
    finally:
        put_back(kept)


@contextlib.contextmanager
def status_bar(app: App) -> Iterator[None]:
    """Whatever is said in the status bar meanwhile, Excel has it back afterwards."""
    before = app.status_bar
    try:
        yield
    finally:
        put_back([(app, "status_bar", False if before in (None, "", "FALSE", "False") else before)])


def put_back(kept: Iterable[tuple[Any, str, object]]) -> None:
    """Set each of these, last first; one that Excel refuses keeps none of the others."""
    for owner, name, value in reversed(list(kept)):
        with contextlib.suppress(Exception):
            setattr(owner, name, value)


@contextlib.contextmanager
def unlocked(sheets: Iterable[Sheet], native: Native, book: str) -> Iterator[None]:
    """Lift protections without a password while writing; one with a password is the user's word.

    Raises
    ------
    WorkbookError
        ``E-EXCEL-PROTECTED``.
    """
    kept = []
    try:
        for sheet in sheets:
            allowed = native.protection(sheet)
            if allowed is None:
                continue
            with contextlib.suppress(Exception):
                native.unprotect(sheet)
            if native.protection(sheet) is not None:
                raise WorkbookError("E-EXCEL-PROTECTED", book=book, sheet=sheet.name)
            kept.append((sheet, allowed))
        yield
    finally:
        for sheet, allowed in kept:
            with contextlib.suppress(Exception):
                native.protect(sheet, allowed)


def keep_snapshot(book: Book, native: Native, now: datetime | None = None) -> Path | None:
    """Keep a dated copy of the book as it is; None where Excel gives no copy of a book that was never saved.

    Raises
    ------
    WorkbookError
        ``E-EXCEL-SNAPSHOT``: neither folder takes a copy.
    """
    path = Path(native.full_name(book))
    return keep_dated(path, book.name, now or datetime.now(), lambda to: native.save_copy(book, to, may_save=False))
