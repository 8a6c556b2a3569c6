"""What xlwings has no word for, said to Excel in the words of Windows (COM) or of the Mac (AppleScript)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kpi_xl.labels import Lang

if TYPE_CHECKING:
    from kpi_xl.hosts.excel.books import App, Book, Range, Sheet


class Native(Protocol):
    """One platform's words; a module is one."""

    def values(self, cells: Range) -> Sequence[Sequence[object]]:
        """Rows of values as the platform has them: nothing lost, errors recognisable."""
        ...

    def full_name(self, book: Book) -> str:
        """Path or web address; the bare name of a book that was never saved."""
        ...

    def save_copy(self, book: Book, target: Path, *, may_save: bool) -> bool:
        """Write a copy; False where Excel cannot give one. `may_save`: the book itself may be saved on the way."""
        ...

    def styles(self, book: Book) -> Mapping[str, str]:
        """Number format of each of the book's cell styles, by name."""
        ...

    def set_style(self, cells: Range, book: Book, name: str) -> None:
        """Give cells a style of the book."""
        ...

    def protection(self, sheet: Sheet) -> Mapping[str, object] | None:
        """What a protected sheet still allows; None for an open one."""
        ...

    def unprotect(self, sheet: Sheet) -> None:
        """Lift a protection without a password; fails on one with a password."""
        ...

    def protect(self, sheet: Sheet, allowed: Mapping[str, object]) -> None:
        """Protect a sheet again as it was."""
        ...

    def show_all(self, sheet: Sheet) -> None:
        """Bring back every row that a filter hides."""
        ...

    def typing_aids(self, app: App) -> Sequence[tuple[Any, str]]:
        """Owner and name of the settings by which Excel goes on with what was typed into a table."""
        ...

    def language(self, app: App) -> Lang | None:
        """The language of Excel's menus where it can be asked."""
        ...


def native() -> Native:
    """The words of the platform we run on."""
    from kpi_xl.hosts.excel import com, mac

    return mac if sys.platform == "darwin" else com
