"""Sheets of a donor taken over into a document that is open in LibreOffice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.grafting.naming import free_name
from kpi_xl.hosts.grafting.openable import Openable, openable
from kpi_xl.hosts.office.cells import address_of
from kpi_xl.hosts.office.program import property_value
from kpi_xl.hosts.office.undo import beyond_undo
from kpi_xl.hosts.office.writing import Writing
from kpi_xl.hosts.ooxml.definitions import TableDefinition


def grafted(document: Any, donor: Path, position: int, book: str) -> tuple[str, ...]:
    """Take over a donor's sheets before the one at this position, or none; the answer is their names.

    Raises
    ------
    WorkbookError
        ``E-SHEET-EXISTS``, ``E-OFFICE-REFUSED``.
    """
    sheets, new = document.Sheets, dict[str, str]()
    before = set(sheets.ElementNames)

    def remove() -> None:
        for name in set(sheets.ElementNames) - before:
            sheets.removeByName(name)

    with openable(donor) as given:
        _refuse_taken(document, given.tables, book)
        source = _opened_beside(document, given, book)
        try:
            beyond_undo(document, book, lambda: new.update(_imported(document, source, given, position)), remove)
            _hold_like(document, source, new)
        finally:
            source.close(True)
    return tuple(new.values())


def _opened_beside(document: Any, donor: Openable, book: str) -> Any:
    """The donor open in the same office, unseen."""
    desktop = document.CurrentController.Frame.getCreator()
    arguments = (property_value("Hidden", True), property_value("ReadOnly", True))
    source = desktop.loadComponentFromURL(donor.path.absolute().as_uri(), "_blank", 0, arguments)
    if source is None:
        raise WorkbookError("E-OFFICE-REFUSED", book=book, reason=donor.path.name)
    return source


def _imported(document: Any, source: Any, donor: Openable, position: int) -> Mapping[str, str]:
    """Put the donor's sheets before the one at this position, with the tables that LibreOffice leaves behind.

    Returns
    -------
    mapping
        Name of each in the document by its name in the donor.
    """
    names: dict[str, str] = {}
    before = document.Sheets.ElementNames
    for number, name in enumerate(source.Sheets.ElementNames):
        place = position + number
        sheet, original = _taken(document, source, name, place), source.Sheets.getByName(name)
        _titled(sheet, original)
        # The page of a donor's sheet is that of every table sheet, so its neighbour has it.
        sheet.PageStyle = document.Sheets.getByIndex(max(place - 1, 0)).PageStyle
        for table in (each for each in donor.tables.values() if each.sheet.name == name):
            _add_table(document, place, table)
        names[name] = free_name(name, (*before, *names.values()))
        if sheet.Name != names[name]:       # LibreOffice numbers sheets in a way of its own
            sheet.Name = names[name]
    writing = Writing(document)
    for name, content in donor.typed(names):
        writing.put(document.Sheets.getByName(name), content)
    return names


def _taken(document: Any, source: Any, name: str, place: int) -> Any:
    """One sheet of the donor, put before the sheet at this place.

    It is imported behind the last one and moved: once a sheet was imported in front of others, LibreOffice 7.4 ends
    when another is shown (`Application::RemoveUserEvent` below `FmFormView::HideSdrPage`), whatever the sheets hold.
    """
    sheets = document.Sheets
    sheet = sheets.getByIndex(sheets.importSheet(source, name, sheets.Count))
    sheets.moveByName(sheet.Name, place)
    return sheets.getByIndex(place)


def _hold_like(document: Any, source: Any, names: Mapping[str, str]) -> None:
    """Hold the rows and columns that the donor's sheets hold; the last of them comes into view.

    Parameters
    ----------
    names : mapping
        Name in the document by name in the donor.
    """
    theirs, ours = source.CurrentController, document.CurrentController
    for original, name in names.items():
        theirs.setActiveSheet(source.Sheets.getByName(original))
        ours.setActiveSheet(document.Sheets.getByName(name))
        if theirs.hasFrozenPanes():
            ours.freezeAtPosition(theirs.getSplitColumn(), theirs.getSplitRow())


def _refuse_taken(document: Any, names: Iterable[str], book: str) -> None:
    known = {each.casefold() for each in (*document.DatabaseRanges.ElementNames, *document.NamedRanges.ElementNames)}
    taken = [name for name in names if name.casefold() in known]
    if taken:
        raise WorkbookError("E-SHEET-EXISTS", book=book, found=", ".join(taken))


def _titled(sheet: Any, original: Any) -> None:
    if original.PrintTitleRows:
        rows = original.TitleRows
        rows.Sheet = sheet.RangeAddress.Sheet
        sheet.TitleRows, sheet.PrintTitleRows = rows, True


def _add_table(document: Any, place: int, table: TableDefinition) -> None:
    document.DatabaseRanges.addNewByName(table.name, address_of(place, table.area))
    added = document.DatabaseRanges.getByName(table.name)
    added.ContainsHeader = bool(table.headings)
    added.AutoFilter = True
