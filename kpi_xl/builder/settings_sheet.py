"""The sheet from which VBA reads how to call Python, and the add-in's workbook, which is that sheet alone."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
from xlsxwriter.workbook import Workbook

from kpi_xl.builder.frame import CREATED
from kpi_xl.builder.macros import PROJECTS, Kind
from kpi_xl.builder.wrappers import MODULE
from kpi_xl.labels import LANGS, label

SETTINGS = (
    ("UDF MODULES", MODULE),
    ("USE UDF SERVER", "True"),
    ("ADD_WORKBOOK_TO_PYTHONPATH", "False"),
    ("SHOW CONSOLE", "False"),
)
"""Texts, as VBA turns them into booleans in every language. A key that stands here, even empty, hides the user's own
setting, so the interpreter is not named; and a Python file beside a workbook is never run."""


def add_settings(workbook: Workbook, kind: Kind) -> None:
    """Add the settings as the last sheet; in a book it is hidden, as it is nobody's work."""
    worksheet = workbook.add_worksheet(f"{PROJECTS[kind]}.conf")
    worksheet.set_column(0, 0, 34)
    for row, (key, value) in enumerate(SETTINGS):
        worksheet.write_string(row, 0, key)
        worksheet.write_string(row, 1, value)
    if kind == "book":
        worksheet.hide()


def build_addin(path: Path) -> None:
    """Write the add-in's workbook, still without macros."""
    workbook = xlsxwriter.Workbook(str(path))
    names = " ".join(label("ribbon", "tab", lang) for lang in LANGS)
    workbook.set_properties({"title": f"kpi_xl {names}", "created": CREATED})
    add_settings(workbook, "addin")
    workbook.close()
