"""A donor that an office can open: without the formulas that look at other sheets.

An office turns references to sheets that only the book has into errors while it reads the file, and those to another
sheet of the donor into links while it copies. They are typed into the new sheets afterwards.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kpi_xl.hosts.disk import read_file
from kpi_xl.hosts.grafting.naming import referred, renamed
from kpi_xl.hosts.ooxml.definitions import TableDefinition
from kpi_xl.hosts.ooxml.package import package_from
from kpi_xl.hosts.ooxml.packing import packed
from kpi_xl.hosts.ooxml.patching import patched
from kpi_xl.hosts.ooxml.xmlpart import markup
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.model.grid import CellOut


class Openable(NamedTuple):
    """A donor on disk, and what it could not carry."""

    path: Path
    tables: Mapping[str, TableDefinition]
    formulas: Mapping[str, tuple[CellOut, ...]]     # by the donor's sheet, all of them, in order

    def typed(self, names: Mapping[str, str]) -> Iterator[tuple[str, tuple[CellOut, ...]]]:
        """New name of each sheet, and its missing formulas as they read in the book.

        Parameters
        ----------
        names : mapping
            New name by the donor's.
        """
        for sheet, content in self.formulas.items():
            yield names[sheet], tuple(cell._replace(formula=renamed(cell.formula or "", names)) for cell in content)


@contextmanager
def openable(donor: Path, folder: Path | None = None) -> Iterator[Openable]:
    """The donor as a file that lasts as long as the context; below `folder` when the office opens no other."""
    book = Snapshot(package_from(donor.name, read_file(donor)))
    outside = {
        sheet.name: tuple(
            CellOut(*place, book.values(sheet).get(place[0], {}).get(place[1]), text)
            for place, text in book.formulas(sheet).items()
            if not referred(text) <= {sheet.name}
        )
        for sheet in book.definitions.sheets
    }
    changes = {
        sheet.part: patched(
            markup(book.package, sheet.part), [cell._replace(formula=None) for cell in outside[sheet.name]], {}
        )
        for sheet in book.definitions.sheets
        if outside[sheet.name]
    }
    if not changes and folder is None:
        yield Openable(donor, book.definitions.tables, outside)
        return
    with tempfile.TemporaryDirectory(prefix="kpi-xl-", dir=folder) as place:
        path = Path(place) / donor.name
        path.write_bytes(packed(book.package, changes))
        yield Openable(path, book.definitions.tables, outside)
