"""Conditional formats of the sheets of targets: the chosen method, how hard, what agrees."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kpi_xl.book.sheets import HEADING_ROW
from kpi_xl.book.table import Table
from kpi_xl.book.tables.targets import DECOMPOSITION, PROPOSALS
from kpi_xl.builder.styles import BAD, BAND, GOOD, HEADER, MUTED, WARNING
from kpi_xl.labels import LANGS, table
from kpi_xl.model.grid import column_letters
from kpi_xl.scoring.targets.methods import METHODS

LAST_ROW = 5000
CHOSEN = "#CFE3D6"
SHEETS = ("proposals", "decomposition")
COLOURS = {"TOO_HARD": BAD, "HARD": WARNING, "FAIR": GOOD, "EASY": WARNING, "TOO_EASY": BAD}


def apply(workbook: Workbook, worksheet: Worksheet, key: str) -> None:
    """The conditional formats of 目标建议 or 年度分解."""
    if key == "proposals":
        _chosen(workbook, worksheet)
        _verdicts(workbook, worksheet)
    else:
        _roles(workbook, worksheet)


def _chosen(workbook: Workbook, worksheet: Worksheet) -> None:
    look = workbook.add_format({"bg_color": CHOSEN, "bold": True, "font_color": HEADER})
    method = _letters(PROPOSALS, "method")
    for each in METHODS:
        _when(worksheet, PROPOSALS, each.lower(), f'=${method}{HEADING_ROW + 1}="{each}"', look)


def _verdicts(workbook: Workbook, worksheet: Worksheet) -> None:
    cell = f"${_letters(PROPOSALS, 'verdict')}{HEADING_ROW + 1}"
    for name, colour in COLOURS.items():
        words = ",".join(f'{cell}="{table("targets")[f"verdict.{name}"][lang]}"' for lang in LANGS)
        look = workbook.add_format({"font_color": colour, "bold": True})
        _when(worksheet, PROPOSALS, "verdict", f"=OR({words})", look)
    for column in ("p_typed", "verdict"):
        own = f"${_letters(PROPOSALS, column)}{HEADING_ROW + 1}"
        _when(worksheet, PROPOSALS, column, f'={own}="↻"', workbook.add_format({"font_color": WARNING, "bold": True}))


def _roles(workbook: Workbook, worksheet: Worksheet) -> None:
    line = f"${_letters(DECOMPOSITION, 'line')}{HEADING_ROW + 1}"
    first, last = _letters(DECOMPOSITION, "year"), _letters(DECOMPOSITION, "remarks")
    area = f"{first}{HEADING_ROW + 1}:{last}{HEADING_ROW + LAST_ROW}"
    lamp = f"${_letters(DECOMPOSITION, 'lamp')}{HEADING_ROW + 1}"
    for sign, colour in (("✓", GOOD), ("✗", BAD), ("▲", WARNING)):
        look = workbook.add_format({"font_color": colour, "bold": True})
        _when(worksheet, DECOMPOSITION, "lamp", f'={lamp}="{sign}"', look)
    for name, form in (
        ("total", {"bg_color": BAND, "bold": True}),
        ("den", {"font_color": MUTED, "italic": True}),
    ):
        look = workbook.add_format(form)
        worksheet.conditional_format(area, {"type": "formula", "criteria": f'={line}="{name}"', "format": look})


def _when(worksheet: Worksheet, spec: Table, column: str, formula: str, look: object) -> None:
    letters = _letters(spec, column)
    area = f"{letters}{HEADING_ROW + 1}:{letters}{HEADING_ROW + LAST_ROW}"
    worksheet.conditional_format(area, {"type": "formula", "criteria": formula, "format": look})


def _letters(spec: Table, column: str) -> str:
    return column_letters(1 + spec.position(column))
