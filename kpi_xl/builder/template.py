"""What a template with macros has that a plain book has not: a button on the home sheet, and settings for VBA."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook

from kpi_xl.builder.frame import Finish
from kpi_xl.builder.macros import SHEET_COMMAND, SHEET_MACRO
from kpi_xl.builder.settings_sheet import add_settings
from kpi_xl.labels import Lang, label

BUTTON_CELL = (1, 4)
"""Row and column, from 0: beside the title, clear of the steps below."""
BUTTON_PLACE = {"x_offset": 330, "y_offset": 2, "width": 132, "height": 34}
"""Pixels."""


def finish_template(lang: Lang) -> Finish:
    """The step that makes a new book a template with macros, before it is saved."""

    def finish(workbook: Workbook) -> None:
        home = workbook.get_worksheet_by_name(label("sheets", "home", lang))
        caption = label("ribbon", f"button.{SHEET_COMMAND}", lang)
        home.insert_button(*BUTTON_CELL, {"macro": SHEET_MACRO, "caption": caption, **BUTTON_PLACE})
        add_settings(workbook, "book")

    return finish
