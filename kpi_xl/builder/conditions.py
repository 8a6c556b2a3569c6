"""Conditional formats: number formats by unit, and colours by meaning, always beside a word or a sign."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kpi_xl.book.formula import Places
from kpi_xl.book.render.form import COLUMN, HEADING
from kpi_xl.book.sheets import HEADING_ROW, Sheet
from kpi_xl.book.tables.detail import DETAIL
from kpi_xl.builder import target_conditions, weight_conditions
from kpi_xl.builder.styles import BAD, GOOD, MUTED, WARNING
from kpi_xl.labels import LANGS, label
from kpi_xl.model.grid import column_letters

LAST_ROW = 5000
FORM_ROWS = 60
FINDINGS = ("health", "fairness", "scales")
"""Sheets whose verdicts are coloured wherever they stand."""
WHOLE_UNITS = ("人", "单", "家", "条", "次", "persons", "orders", "sellers", "inquiries", "times")
UNIT_COLUMNS = (
    "threshold", "target", "stretch", "actual", "last_year", "last_period", "base_value", "then_actual",
    "then_threshold", "then_target", "then_stretch",
)  # fmt: skip


def apply(workbook: Workbook, worksheet: Worksheet, sheet: Sheet, places: Places) -> None:
    """The conditional formats of one sheet."""
    if sheet.key == "form":
        _form(workbook, worksheet)
    elif sheet.key == "home":
        _lamps(workbook, worksheet, "C7:C12")
        _master(workbook, worksheet, "B3")
    elif sheet.group in ("result", "engine"):
        _master(workbook, worksheet, "A3")
    if sheet.key == "checks":
        _lamps(workbook, worksheet, f"F{HEADING_ROW + 1}:F{HEADING_ROW + 60}")
    if sheet.key in FINDINGS:
        _findings(workbook, worksheet, sheet)
    if sheet.key == "detail":
        _units(workbook, worksheet)
    if sheet.key == "ranking":
        _statuses(workbook, worksheet, places)
    if sheet.key in target_conditions.SHEETS:
        target_conditions.apply(workbook, worksheet, sheet.key)
    if sheet.key in weight_conditions.KEYS:
        weight_conditions.apply(workbook, worksheet, sheet.key)


def _when(worksheet: Worksheet, area: str, formula: str, look: object) -> None:
    worksheet.conditional_format(area, {"type": "formula", "criteria": formula, "format": look})


def _form(workbook: Workbook, worksheet: Worksheet) -> None:
    first, last = HEADING + 1, HEADING + FORM_ROWS
    unit = f"${column_letters(COLUMN['unit'])}{first}"
    area = f"{column_letters(COLUMN['threshold'])}{first}:{column_letters(COLUMN['actual'])}{last}"
    _when(worksheet, area, f'={unit}="%"', workbook.add_format({"num_format": "0.00%"}))
    whole = "+".join(f'({unit}="{name}")' for name in WHOLE_UNITS)
    _when(worksheet, area, f"=({whole})>0", workbook.add_format({"num_format": "#,##0"}))
    _when(worksheet, area, f'=OR({unit}="小时",{unit}="hours")', workbook.add_format({"num_format": "#,##0.0"}))
    money = workbook.add_format({"num_format": "[>=10000]#,##0;[<=-10000]-#,##0;#,##0.00"})
    _when(worksheet, area, f'=OR({unit}="元",{unit}="CNY")', money)
    perspective = f"B{first}:B{last}"
    same = f'=AND($B{first}<>"",$B{first}=$B{HEADING})'
    _when(worksheet, perspective, same, workbook.add_format({"font_color": "#FFFFFF"}))
    score = f"{column_letters(COLUMN['score'])}{first}"
    area = f"{score}:{column_letters(COLUMN['score'])}{last}"
    is_item = f"ISNUMBER($A{first}),ISNUMBER({score})"
    _when(worksheet, area, f"=AND({is_item},{score}<60)", workbook.add_format({"font_color": BAD}))
    _when(worksheet, area, f"=AND({is_item},{score}>=100)", workbook.add_format({"font_color": GOOD}))
    attained = column_letters(COLUMN["attainment"])
    worksheet.conditional_format(
        f"{attained}{first}:{attained}{last}",
        {"type": "data_bar", "bar_solid": True, "bar_color": "#C7D5E6", "min_type": "num", "min_value": 0,
         "max_type": "num", "max_value": 1.5},
    )  # fmt: skip
    _master(workbook, worksheet, "A3")


def _findings(workbook: Workbook, worksheet: Worksheet, sheet: Sheet) -> None:
    """Signs of verdicts in their colours, and verdicts in words likewise."""
    for table in sheet.tables:
        first = sheet.column_of(table)
        for position, column in enumerate(table.columns):
            letters = column_letters(first + position)
            area = f"{letters}{HEADING_ROW + 1}:{letters}{LAST_ROW}"
            if column.style == "flag":
                _lamps(workbook, worksheet, area)
            elif column.key == "verdict":
                _verdicts(workbook, worksheet, area)


def _verdicts(workbook: Workbook, worksheet: Worksheet, area: str) -> None:
    first = area.partition(":")[0]
    for verdict, colour in (("FAIL", BAD), ("WARN", WARNING)):
        either = ",".join(f'{first}="{label("smart", f"verdict.{verdict}", lang)}"' for lang in LANGS)
        _when(worksheet, area, f"=OR({either})", workbook.add_format({"font_color": colour, "bold": True}))


def _units(workbook: Workbook, worksheet: Worksheet) -> None:
    unit = column_letters(1 + DETAIL.position("unit"))
    rate = workbook.add_format({"num_format": "0.00%"})
    for column in UNIT_COLUMNS:
        letters = column_letters(1 + DETAIL.position(column))
        area = f"{letters}{HEADING_ROW + 1}:{letters}{LAST_ROW}"
        _when(worksheet, area, f'=${unit}{HEADING_ROW + 1}="%"', rate)


def _master(workbook: Workbook, worksheet: Worksheet, cell: str) -> None:
    for sign, colour in (("✓", GOOD), ("✗", BAD), ("▲", WARNING), ("↻", WARNING)):
        _when(worksheet, cell, f'=LEFT({cell},1)="{sign}"', workbook.add_format({"font_color": colour, "bold": True}))


def _lamps(workbook: Workbook, worksheet: Worksheet, area: str) -> None:
    first = area.partition(":")[0]
    for signs, colour in ((("✓", "●"), GOOD), (("✗", "◆"), BAD), (("▲", "↻", "△"), WARNING)):
        for sign in signs:
            _when(worksheet, area, f'={first}="{sign}"', workbook.add_format({"font_color": colour, "bold": True}))


def _statuses(workbook: Workbook, worksheet: Worksheet, places: Places) -> None:
    place = places.tables["tblCards"]
    for column, words, colour in (
        ("status", ("WITHHELD", "VETOED"), BAD),
        ("status", ("PROVISIONAL", "EXCLUDED"), MUTED),
    ):
        letters = column_letters(place.column + place.positions[column])
        for word in words:
            area = f"{letters}{place.row + 1}:{letters}{place.row + LAST_ROW}"
            _when(
                worksheet,
                area,
                f'=${letters}{place.row + 1}="{word}"',
                workbook.add_format({"font_color": colour, "bold": True}),
            )
