"""A workbook file on disk: read whole, replaced whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.ooxml.package import MAX_TOTAL_BYTES

_DISK_FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
_SHARING_VIOLATIONS = frozenset((32, 33))       # Windows: another program holds the file or a part of it


def read_file(path: Path) -> bytes:
    """All bytes of a workbook file.

    Raises
    ------
    WorkbookError
        ``E-BOOK-MISSING``, ``E-BOOK-ACCESS``, ``E-BOOK-LOCKED``, ``E-BOOK-TOO-BIG``, ``E-BOOK-FORMAT`` (a folder).
    """
    with _failures(path):
        if path.is_dir():
            raise WorkbookError("E-BOOK-FORMAT", book=path.name)
        size = path.stat().st_size
        if size > MAX_TOTAL_BYTES:
            raise WorkbookError("E-BOOK-TOO-BIG", book=path.name, size=size)
        return path.read_bytes()


def refuse_changed(path: Path, data: bytes) -> None:
    """Refuse to go on when the file no longer holds what was read from it.

    Raises
    ------
    WorkbookError
        ``E-BOOK-CHANGED``: somebody saved it in between; and whatever `read_file` raises.
    """
    if read_file(path) != data:
        raise WorkbookError("E-BOOK-CHANGED", book=path.name)


def replace_file(path: Path, data: bytes, like: Path) -> None:
    """Put `data` in place of the file in one step; a failure leaves what was there.

    Parameters
    ----------
    path : Path
        The file to replace or to make; behind a link, what it points to.
    data : bytes
        Its new content.
    like : Path
        The file whose permission bits a new file gets; an existing one keeps its own.

    Raises
    ------
    WorkbookError
        ``E-BOOK-ACCESS``, ``E-BOOK-LOCKED``, ``E-BOOK-DISK``.
    """
    place = path.resolve()
    with _failures(path):
        if place.exists() and not os.access(place, os.W_OK):
            raise WorkbookError("E-BOOK-ACCESS", book=path.name, folder=str(place.parent))
        mode = stat.S_IMODE((place if place.exists() else like).stat().st_mode)
        with _temporary_beside(place) as temporary:
            _write_through(temporary, data)
            os.chmod(temporary, mode)
            _swap(temporary, place)
        _flush_folder(place.parent)


@contextlib.contextmanager
def _temporary_beside(place: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".kpi-xl-", suffix=".tmp")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _swap(temporary: Path, place: Path) -> None:
    try:
        os.replace(temporary, place)
    except PermissionError as failure:
        # Windows answers "access denied" for a file that Excel holds open; the folder took our temporary file a moment
        # ago and the target is writable, so an open file is what is left.
        code = "E-BOOK-LOCKED" if _is_windows_failure(failure) else "E-BOOK-ACCESS"
        raise WorkbookError(code, book=place.name, folder=str(place.parent)) from failure


def _flush_folder(folder: Path) -> None:
    """Make the new directory entry durable where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _failures(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        raise WorkbookError(_code(failure), book=path.name, folder=str(path.parent)) from failure


def _code(failure: OSError) -> str:
    if isinstance(failure, (FileNotFoundError, NotADirectoryError)):
        return "E-BOOK-MISSING"
    if failure.errno in _DISK_FULL:
        return "E-BOOK-DISK"
    if getattr(failure, "winerror", None) in _SHARING_VIOLATIONS:
        return "E-BOOK-LOCKED"
    return "E-BOOK-ACCESS"


def _is_windows_failure(failure: OSError) -> bool:
    return getattr(failure, "winerror", None) is not None
