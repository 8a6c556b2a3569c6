"""Conditional formats of the sheets of weights: signs in their colour, and bars where shares are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kpi_xl.book.sheets import HEADING_ROW, SHEET_BY_KEY, Sheet
from kpi_xl.book.table import Table
from kpi_xl.book.tables import weights as spec
from kpi_xl.builder.styles import BAD, GOOD, MUTED, WARNING
from kpi_xl.labels import LANGS, table
from kpi_xl.model.grid import column_letters

LAST_ROW = 2000
BAR, STRONG_BAR = "#C7D5E6", "#A8B3C2"
COLOURS = {"✓": GOOD, "▲": WARNING, "✗": BAD, "·": MUTED}
STATES = {
    "OK": GOOD, "OVERRIDDEN": WARNING, "INCONSISTENT": BAD, "ADVISORY": WARNING, "INSUFFICIENT": WARNING,
    "NO_INPUT": MUTED, "CONFIG_ERROR": BAD,
}  # fmt: skip
BARS: Mapping[str, tuple[tuple[Table, tuple[str, ...], float], ...]] = {
    "weights": (
        (spec.WEIGHTS, ("adjusted", "final"), 0.4),
        (spec.CARD_WEIGHTS, ("top", "core", *spec.SHARES), 1.0),
        (spec.METHOD_WEIGHTS, spec.COMPARED, 0.5),
    ),
    "shaken": ((spec.SHAKEN, ("grade_changes", "rank_changes"), 1.0),),
    "goals": ((spec.GOALS, ("share",), 1.0),),
}
"""By sheet: columns with bars, and the share at which a bar is full; the same for all columns of a table."""
KEYS = ("goals", "judgements", "weights", "matrices", "diagnoses", "shaken")


def apply(workbook: Workbook, worksheet: Worksheet, key: str) -> None:
    """The conditional formats of one of `KEYS`."""
    sheet = SHEET_BY_KEY[key]
    for each in sheet.tables:
        _signs(workbook, worksheet, sheet, each)
        _states(workbook, worksheet, sheet, each)
    for each, columns, full in BARS.get(key, ()):
        _bars(worksheet, sheet, each, columns, full)
    if key == "matrices":
        _beside(workbook, worksheet, sheet)


def _signs(workbook: Workbook, worksheet: Worksheet, sheet: Sheet, spec_: Table) -> None:
    for column in (each.key for each in spec_.columns if each.style == "flag"):
        _coloured(workbook, worksheet, _area(sheet, spec_, column))


def _states(workbook: Workbook, worksheet: Worksheet, sheet: Sheet, spec_: Table) -> None:
    if "status" not in {column.key for column in spec_.columns}:
        return
    area = _area(sheet, spec_, "status")
    cell = area.partition(":")[0]
    for state, colour in STATES.items():
        words = ",".join(f'{cell}="{table("weights")[f"state.{state}"][lang]}"' for lang in LANGS)
        look = workbook.add_format({"font_color": colour})
        worksheet.conditional_format(area, {"type": "formula", "criteria": f"=OR({words})", "format": look})


def _bars(worksheet: Worksheet, sheet: Sheet, spec_: Table, columns: Iterable[str], full: float) -> None:
    for column in columns:
        worksheet.conditional_format(
            _area(sheet, spec_, column),
            {"type": "data_bar", "bar_solid": True, "bar_color": STRONG_BAR if column == "final" else BAR,
             "min_type": "num", "min_value": 0, "max_type": "num", "max_value": full},
        )  # fmt: skip


def _beside(workbook: Workbook, worksheet: Worksheet, sheet: Sheet) -> None:
    """The verdicts below the squares beside the table."""
    first = column_letters(len(spec.MATRICES.columns) + 2)
    _coloured(workbook, worksheet, f"{first}{HEADING_ROW}:AZ{LAST_ROW}")


def _coloured(workbook: Workbook, worksheet: Worksheet, area: str) -> None:
    first = area.partition(":")[0]
    for sign, colour in COLOURS.items():
        look = workbook.add_format({"font_color": colour, "bold": True})
        worksheet.conditional_format(area, {"type": "formula", "criteria": f'={first}="{sign}"', "format": look})


def _area(sheet: Sheet, spec_: Table, column: str) -> str:
    letters = column_letters(sheet.column_of(spec_) + spec_.position(column))
    return f"{letters}{HEADING_ROW + 1}:{letters}{HEADING_ROW + LAST_ROW}"
