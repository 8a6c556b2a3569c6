"""The host of a workbook file: reads it without an office, changes what the program owns and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.disk import read_file, refuse_changed, replace_file
from kpi_xl.hosts.editing import edits_of
from kpi_xl.hosts.ooxml.package import is_signed, package_from, part_key
from kpi_xl.hosts.ooxml.packing import packed
from kpi_xl.hosts.ooxml.standing import StandingFormulas
from kpi_xl.hosts.ooxml.xmlpart import markup
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.model.grid import Patch, Scalar, SheetOut, TableGrid


class FileHost:
    """A workbook in a file.

    Parameters
    ----------
    path : Path
        The workbook to read; nothing is opened before the first question.
    target : Path, optional
        Where to write; the same file when absent. After a write the host speaks for the target.
    """

    def __init__(self, path: Path, target: Path | None = None) -> None:
        self._path = path
        self._target = target or path
        self._read: Snapshot | None = None
        self._is_held = False

    @property
    def name(self) -> str:
        """File name of the workbook, for messages."""
        return self._path.name

    @property
    def full_name(self) -> str:
        """Path of the workbook."""
        return str(self._path.resolve())

    def digest(self, anchor: str) -> str:
        """What tells whether the stored cells of a sheet are what they were: checksums of its part and of the texts."""
        book = self._snapshot()
        sheet = book.definitions.sheet_of(anchor)
        names = [part for part in (sheet.part if sheet else "", book.definitions.strings) if part]
        parts = [book.package.parts[part_key(name)] for name in names]
        return ",".join(f"{part.crc:08x}:{part.size}" for part in parts)

    def tables(self) -> Mapping[str, TableGrid]:
        """Every Excel table by its name; a table's cells are read when it is asked for."""
        return self._snapshot().tables

    def named_cell(self, name: str) -> Scalar:
        """Value of the first cell behind a defined name; None when the name is absent or the cell empty."""
        book = self._snapshot()
        place = book.definitions.names.get(name)
        return book.values(place.sheet).get(place.row, {}).get(place.column) if place else None

    def formulas(self, anchor: str) -> Mapping[tuple[int, int], str]:
        """Formula text by 1-based (row, column) on the sheet that holds this table or name."""
        book = self._snapshot()
        sheet = book.definitions.sheet_of(anchor)
        if sheet is None:
            raise WorkbookError("E-BOOK-ANCHOR", book=self.name, anchor=anchor)
        return StandingFormulas(markup(book.package, sheet.part))

    def write(self, sheets: Sequence[SheetOut], patches: Sequence[Patch]) -> None:
        """Replace the cells of system sheets and patch single cells, in one step that succeeds or changes nothing.

        Raises
        ------
        WorkbookError
            ``E-BOOK-SIGNED``, ``E-BOOK-CHANGED``, ``E-BOOK-ANCHOR``, ``E-BOOK-SHARED-FORMULA``, ``E-BOOK-ACCESS``,
            ``E-BOOK-LOCKED``, ``E-BOOK-DISK``, and whatever reading raises.
        """
        book = self._snapshot()
        if is_signed(book.package):
            raise WorkbookError("E-BOOK-SIGNED", book=self.name)
        edits = edits_of(book, sheets, patches)
        data = packed(book.package, edits.changes, edits.dropped) if edits.changes else book.package.data
        self._replace(book, data, is_new=bool(edits.changes))

    def graft(self, donor: Path, after: str = "") -> tuple[str, ...]:
        """Take over all sheets of a donor, in one step that succeeds or changes nothing.

        Raises
        ------
        WorkbookError
            ``E-SHEET-EXISTS``, ``E-BOOK-ANCHOR``, ``E-BOOK-STRUCTURE``, and whatever `write` raises.
        """
        from kpi_xl.hosts.grafting.graft import grafted  # scoring never needs it

        book = self._snapshot()
        if is_signed(book.package):
            raise WorkbookError("E-BOOK-SIGNED", book=self.name)
        graft = grafted(book, Snapshot(package_from(donor.name, read_file(donor))), after)
        self._replace(book, packed(book.package, graft.changes, graft.dropped, graft.added), is_new=True)
        return graft.names

    @contextmanager
    def together(self) -> Iterator[None]:
        """Several writes as one: the file is replaced once, at the end, and not at all when one of them fails."""
        before = self._snapshot()
        self._is_held = True
        try:
            yield
            after = self._snapshot()
        except BaseException:
            self._read = before
            raise
        finally:
            self._is_held = False
        if after is not before:
            self._replace(before, after.package.data, is_new=True)

    def _replace(self, book: Snapshot, data: bytes, *, is_new: bool) -> None:
        if self._is_held:
            self._read = Snapshot(package_from(self._path.name, data))
            return
        refuse_changed(self._path, book.package.data)
        if self._target != self._path or is_new:
            replace_file(self._target, data, like=self._path)
        self._path = self._target
        self._read = Snapshot(package_from(self._path.name, data))

    def _snapshot(self) -> Snapshot:
        if self._read is None:
            self._read = Snapshot(package_from(self._path.name, read_file(self._path)))
        return self._read
