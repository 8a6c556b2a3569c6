"""A raw sheet as a workbook of its own, for a host to take over: title, note, and a table of cells as exported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kpi_xl.book.raw_sheets.raw_tables import headings, raw_table, sheet_name
from kpi_xl.book.sheets import HEADING_ROW
from kpi_xl.builder.frame import TAB_COLOURS, begun, finished
from kpi_xl.facts.raw.layouts import Field, layouts
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import Scalar

SPARE_ROWS = 20
STYLES = {"time": "date", "date": "date", "number": "num", "integer": "int", "fraction": "pct"}
"""Number style of a column by its type; the others are text."""


def style_of(field: Field | None) -> str:
    """Name of the cell style of a raw column; None is the column of loads."""
    return f"kpi input {STYLES.get(field.type, 'text')}" if field else "kpi input text"


def build_raw_sheet(path: Path, table: str, rows: Sequence[Sequence[Scalar]], lang: Lang) -> None:
    """Write a workbook of one raw sheet.

    Parameters
    ----------
    path
        Where to write it.
    table
        A canonical table.
    rows : (n_rows, n_columns)
        Cells in the order of `headings`.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    layout = layouts()[table]
    workbook, formats = begun(path, lang)
    sheet = workbook.add_worksheet(sheet_name(table, lang))
    sheet.set_tab_color(TAB_COLOURS["input"])
    sheet.write(0, 0, sheet_name(table, lang), formats["kpi title"])
    sheet.write(1, 0, label("raw", "sheet.note", lang), formats["kpi note"])
    sheet.write_url(2, 0, "internal:k_home", formats["kpi link"], f"← {label('sheets', 'home', lang)}")
    sheet.freeze_panes(HEADING_ROW, 1)
    words = headings(layout, lang)
    size = len(rows) + SPARE_ROWS
    sheet.add_table(
        HEADING_ROW - 1, 0, HEADING_ROW - 1 + size, len(words) - 1,
        {
            "name": raw_table(table), "style": "Table Style Light 1", "banded_rows": False,
            "columns": [{"header": word, "header_format": formats["kpi head"]} for word in words],
        },
    )  # fmt: skip
    sheet.set_row(HEADING_ROW - 1, 32)
    styles = [formats[style_of(field)] for field in (*layout.fields, None)]
    for column, style in enumerate(styles):
        sheet.set_column(column, column, 14, style)
    for line, row in enumerate(rows, start=HEADING_ROW):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(line, column, value, styles[column])
            elif isinstance(value, str):
                sheet.write_string(line, column, value, styles[column])
            elif value is not None:
                sheet.write(line, column, value, styles[column])
    finished(path, workbook, formats)
