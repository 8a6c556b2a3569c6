"""A sheet of one book put into another, as Excel does it when told to copy."""

from __future__ import annotations

from copy import copy, deepcopy
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet


def copied(source: Worksheet, book: Any, position: int) -> Worksheet:
    """The copy, under a numbered name where the name is taken; so are the names of its tables."""
    sheet = book.create_sheet(_free(source.title, book.sheetnames, " ({})"), position)
    for row in source.iter_rows():
        for cell in row:
            own = cell.data_type == "f"         # a formula that names its own sheet goes on doing so
            said = str(cell.value).replace(f"'{source.title}'!", f"'{sheet.title}'!") if own else cell.value
            new = sheet.cell(cell.row, cell.column, said)
            new.data_type = cell.data_type
            if cell.has_style:
                new.font, new.fill, new.border = copy(cell.font), copy(cell.fill), copy(cell.border)
                new.number_format, new.alignment = cell.number_format, copy(cell.alignment)
    known = [name for each in book.worksheets for name in each.tables]
    for table in source.tables.values():
        new_table = deepcopy(table)
        new_table.displayName = new_table.name = _free(table.displayName, known, "_{}")
        new_table.id = 1 + len(known)
        sheet.add_table(new_table)
    for rule in source.data_validations.dataValidation:
        sheet.add_data_validation(copy(rule))
    sheet.freeze_panes = source.freeze_panes
    return sheet


def _free(name: str, taken: list[str], ending: str) -> str:
    number, found = 2, name
    while found.casefold() in {each.casefold() for each in taken}:
        found = name + ending.format(number)
        number += 1
    return found
