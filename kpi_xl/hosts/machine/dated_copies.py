"""Dated copies of a book that is open in an office, kept before anything is written into it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from glob import escape
from pathlib import Path

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.machine.desktop import this_machine
from kpi_xl.hosts.machine.places import data_folder

FOLDER = "kpi_xl snapshots"
KEPT = 20
"""Snapshots of one book that are kept; older ones go."""


def keep_dated(path: Path, book: str, now: datetime, save: Callable[[Path], bool]) -> Path | None:
    """Keep a dated copy of a book; None where the office gives no copy of it.

    It goes into a folder beside the book, or, when the book lives on the web or nowhere yet or its folder takes
    nothing, into the user's own data folder.

    Parameters
    ----------
    path : Path
        The book's full name.
    book : str
        Its name, for the message.
    now : datetime
        What the copy is dated.
    save : Callable
        Writes the copy there; whether there was anything to copy.

    Raises
    ------
    WorkbookError
        ``E-EXCEL-SNAPSHOT``: neither folder takes a copy.
    """
    own = data_folder(this_machine()) / "snapshots"
    folders = [path.parent / FOLDER, own] if is_on_disk(path) else [own]
    failures: list[str] = []
    for folder in folders:
        target = folder / f"{path.stem} {now:%Y-%m-%d %H%M%S}{path.suffix or '.xlsx'}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not save(target):
                return None
        except Exception as failure:  # the offices' and the disk's refusals have no class in common
            failures.append(str(failure))
            continue
        _thin_out(folder, path)
        return target
    raise WorkbookError("E-EXCEL-SNAPSHOT", book=book, folder=str(folders[0]), reason=failures[0])


def is_on_disk(path: Path) -> bool:
    """Whether a full name is a place on this machine: a web address and the name of an unsaved book are none.

    >>> is_on_disk(Path("https://corp.sharepoint.com/a.xlsx")), is_on_disk(Path("Book1"))
    (False, False)
    """
    return path.is_absolute()


def _thin_out(folder: Path, path: Path) -> None:
    dated = sorted(folder.glob(f"{escape(path.stem)} ????-??-?? ??????{path.suffix or '.xlsx'}"))
    for old in dated[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
