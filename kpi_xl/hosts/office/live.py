"""The workbook in front of a person in LibreOffice: the host, and what a button needs besides."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.area import area_from
from kpi_xl.hosts.machine.dated_copies import keep_dated
from kpi_xl.hosts.office.cells import range_of
from kpi_xl.hosts.office.host import OfficeHost
from kpi_xl.hosts.office.program import load_uno, property_value
from kpi_xl.labels import Lang
from kpi_xl.model.grid import Patch, SheetOut

_XLSX, _XLSM = "Calc MS Excel 2007 XML", "Calc MS Excel 2007 VBA XML"


class OfficeLive(OfficeHost):
    """A workbook in a window of LibreOffice.

    Parameters
    ----------
    document : Any
        The spreadsheet document (UNO).
    context : Any
        The component context of the office it is open in.
    title : str
        What the office's undo list calls a write.
    """

    def __init__(self, document: Any, context: Any, title: str) -> None:
        super().__init__(document, title)
        self._context = context

    @property
    def full_name(self) -> str:
        """Path of the book; its address when it is not on this machine, "" when it was never saved."""
        address = str(self._document.getURL())
        return str(load_uno().fileUrlToSystemPath(address)) if address.startswith("file:") else address

    def write(self, sheets: Sequence[SheetOut], patches: Sequence[Patch]) -> None:
        """As the host writes, after a dated copy of the book was kept.

        Raises
        ------
        WorkbookError
            What the host raises; ``E-EXCEL-SNAPSHOT``: no folder takes the copy, and nothing was written.
        """
        self.keep_snapshot(datetime.now())
        super().write(sheets, patches)

    def graft(self, donor: Path, after: str = "") -> tuple[str, ...]:
        """As the host takes over sheets, after a dated copy of the book was kept."""
        self.keep_snapshot(datetime.now())
        return super().graft(donor, after)

    def keep_snapshot(self, now: datetime) -> Path | None:
        """Keep a copy of the book as it is, beside it, or else in the person's own data folder."""
        path = Path(self.full_name or self.name)
        return keep_dated(path, self.name, now, lambda target: self._copy_to(path, target))

    def save_copy(self, target: Path) -> None:
        """Write the book as it is now to a file in Excel's format, for what works on files.

        Raises
        ------
        WorkbookError
            ``E-OFFICE-COPY``.
        """
        try:
            self._store(target, _XLSM if target.suffix == ".xlsm" else _XLSX)
        except Exception as failure:  # as above
            raise WorkbookError("E-OFFICE-COPY", book=self.name, reason=str(failure)) from failure

    def menu_lang(self) -> Lang | None:
        """The language of the office's menus."""
        node = property_value("nodepath", "/org.openoffice.Setup/L10N")
        provider = self._service("com.sun.star.configuration.ConfigurationProvider")
        view = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (node,))
        return "zh" if str(view.getByName("ooLocale") or "").lower().startswith("zh") else "en"

    def selected(self) -> tuple[str, int, int] | None:
        """Sheet, row and column of the first selected cell; None where something else has the selection."""
        cells = self._document.CurrentController.getSelection()
        address = getattr(cells, "RangeAddress", None)
        if address is None:
            return None
        return cells.Spreadsheet.Name, address.StartRow + 1, address.StartColumn + 1

    def go_to(self, cell: str) -> bool:
        """Select ``Sheet!B7``, or show the sheet when it is no more than its name; False where that cannot be."""
        name, _, address = cell.rpartition("!") if "!" in cell else (cell, "", "")
        if not self._document.Sheets.hasByName(name):
            return False
        sheet, area = self._document.Sheets.getByName(name), area_from(address)
        if not sheet.IsVisible:
            return False
        self._document.CurrentController.setActiveSheet(sheet)
        if area is not None:
            self._document.CurrentController.select(range_of(sheet, area))
        return True

    def open(self, path: Path) -> None:
        """Show another workbook in a window of its own."""
        self._service("com.sun.star.frame.Desktop").loadComponentFromURL(path.absolute().as_uri(), "_blank", 0, ())

    def _copy_to(self, path: Path, target: Path) -> bool:
        if path.is_file() and not self._document.isModified():
            shutil.copyfile(path, target)
        else:
            known = {each.Name: each.Value for each in self._document.getArgs()}
            self._store(target, str(known.get("FilterName") or _XLSX) if path.suffix else _XLSX)
        return True

    def _store(self, target: Path, form: str) -> None:
        self._document.storeToURL(target.absolute().as_uri(), (property_value("FilterName", form),))

    def _service(self, name: str) -> Any:
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)
