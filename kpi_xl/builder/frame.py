"""A new workbook: sheets, tables, validation, page set-up and inputs; the system cells are written by scoring."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kpi_xl.book.formula import Places, at_row, quoted, resolve
from kpi_xl.book.layout import HEADROOM, places, planned_grids
from kpi_xl.book.native_keys import native_cells
from kpi_xl.book.render.form import FORM, PICKER
from kpi_xl.book.render.home import HOME_WIDTHS
from kpi_xl.book.sheets import HEADING_ROW, SHEET_BY_KEY, TABLES, Sheet, sheets_for
from kpi_xl.book.starter import Content
from kpi_xl.book.table import Column, Table
from kpi_xl.book.weighing.natives import live_cells
from kpi_xl.book.weighing.skeleton import standing
from kpi_xl.book.wording import lines_of
from kpi_xl.builder import conditions
from kpi_xl.builder.paging import paging
from kpi_xl.builder.styles import FONTS, looks, named_styles
from kpi_xl.labels import Lang, label, table
from kpi_xl.model.grid import Scalar, TableGrid, column_letters

TAB_COLOURS = {"cover": "#1E3A5F", "input": "#D9A400", "result": "#1B7F5C", "engine": "#9CA3AF"}
CREATED = datetime(2024, 1, 29)
"""Fixed, so that the same text gives the same bytes."""
SPARE_ROWS = {
    "tblAdjustments": 8, "tblComments": 8, "tblRatings": 8, "tblRoles": 8, "tblMilestones": 8, "tblGoals": 8,
    "tblGoalLinks": 24, "tblWeighing": 2, "tblRanks": 4, "tblBestWorst": 4, "tblJudgements": 12, "tblExperts": 6,
    "tblRaci": 8, "tblOverrides": 8, "tblAnchors": 8, "tblCalibration": 8,
}  # fmt: skip
VALIDATED_ROWS = 2000
EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2099, 12, 31)
"""Dates that an input of dates takes: years typed with two digits too few or too many are none of them."""
ONE_OF = "one of "
LINE_HEIGHT = 13.5
ONE_PAGE_ROWS = 14
"""A form with more indicators than this takes two pages rather than print too small to read."""

Finish = Callable[[Workbook], None]
"""A last step before a new workbook is saved."""


def build(path: Path, content: Content, lang: Lang, finish: Finish | None = None) -> None:
    """Write a new workbook with its inputs; result sheets are empty frames.

    Parameters
    ----------
    path, content, lang
        Where, with which inputs, in which language.
    finish
        Adds what only some books have, once all sheets are there.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    workbook, formats = begun(path, lang)
    spots = _places(content, lang)
    for sheet in sheets_for(content):
        _sheet(workbook, sheet, content, formats, spots, lang)
    home, form = (quoted(label("sheets", key, lang)) for key in ("home", "form"))
    workbook.define_name("k_home", f"={home}!$A$1")
    workbook.define_name("k_card", f"={form}!${PICKER[0]}${PICKER[1:]}")
    if finish is not None:
        finish(workbook)
    finished(path, workbook, formats)


def build_sheets(
    path: Path, keys: Iterable[str], grids: Mapping[str, TableGrid], lang: Lang, content: Content | None = None
) -> None:
    """Write a workbook of nothing but some sheets, for a host to take over into a book that lacks them.

    Their formulas look at the tables where that book has them; in the donor itself these are not there.

    Parameters
    ----------
    path
        Where to write the donor.
    keys
        The sheets to build.
    grids
        The tables of the book that is to get them.
    lang
        Language of names, headings and prompts.
    content
        Rows of the new input tables.

    Raises
    ------
    KeyError
        The book lacks a table that a formula looks at.
    OSError
        The file cannot be written.
    """
    sheets = [SHEET_BY_KEY[key] for key in keys]
    rows = {**standing(lang), **(content or {})}
    workbook, formats = begun(path, lang)
    planned = {name: _sized(grid, rows.get(name, ()), name) for name, grid in planned_grids(lang, sheets).items()}
    # A system table is as long as its range says; to count its rows would read half a million cells of a large book.
    sizes = {name: grid.declared for name, grid in grids.items() if name in TABLES and TABLES[name].owner == "system"}
    spots = places({**grids, **planned}, sizes)
    for sheet in sheets:
        _sheet(workbook, sheet, rows, formats, spots, lang)
    finished(path, workbook, formats)


def begun(path: Path, lang: Lang) -> tuple[Workbook, Mapping[str, Format]]:
    """A workbook to write, and its formats by the names of their cell styles."""
    workbook = xlsxwriter.Workbook(str(path))
    workbook.set_properties({"title": label("form", "home.title", lang), "created": CREATED})
    return workbook, _formats(workbook, lang)


def finished(path: Path, workbook: Workbook, formats: Mapping[str, Format]) -> None:
    """Save a workbook, its formats as named cell styles."""
    indexes = {name: used._get_xf_index() for name, used in formats.items()}
    workbook.close()
    _name_styles(path, indexes)


def _formats(workbook: Workbook, lang: Lang) -> dict[str, Format]:
    font = {"font_name": FONTS[lang]}
    return {name: workbook.add_format({**font, **look}) for name, look in looks().items()}


def _places(content: Content, lang: Lang) -> Places:
    grids = planned_grids(lang, sheets_for(content))
    sizes = {name: 1 for name, table_ in TABLES.items() if table_.owner == "system"}
    return places({name: _sized(grid, content.get(name, ()), name) for name, grid in grids.items()}, sizes)


def _sized(grid: TableGrid, rows: Sequence[object], name: str) -> TableGrid:
    return replace(grid, declared=max(1, len(rows) + SPARE_ROWS.get(name, 0)))


def _sheet(
    workbook: Workbook, sheet: Sheet, content: Content, formats: Mapping[str, Format], spots: Places, lang: Lang
) -> None:
    worksheet = workbook.add_worksheet(label("sheets", sheet.key, lang))
    worksheet.set_tab_color(TAB_COLOURS[sheet.group])
    _page(worksheet, sheet, lang)
    if sheet.key == "form" and _largest_card(content) <= ONE_PAGE_ROWS:
        worksheet.fit_to_pages(1, 1)
    if sheet.key == "form":
        _form(worksheet, formats, spots, lang)
    elif sheet.key == "home":
        for column, width in enumerate(HOME_WIDTHS):
            worksheet.set_column(column, column, width)
    else:
        worksheet.freeze_panes(HEADING_ROW, sheet.frozen_columns)
        worksheet.repeat_rows(0, HEADING_ROW - 1)
    if sheet.group == "input":
        _headline(worksheet, sheet, formats, lang)
    for each in sheet.tables:
        _table(worksheet, sheet, each, content, formats, spots, lang)
    if sheet.group in ("result", "engine"):
        worksheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
    conditions.apply(workbook, worksheet, sheet, spots)


def _largest_card(content: Content) -> int:
    templates = [row["template"] for row in content.get("tblPlan", ())]
    return max((templates.count(template) for template in templates), default=0)


def _page(worksheet: Worksheet, sheet: Sheet, lang: Lang) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.set_margins(0.4, 0.4, 0.5, 0.6)
    by_table = paging(sheet)
    if by_table is None:
        worksheet.fit_to_pages(sheet.pages_wide, 0)
    else:
        worksheet.set_print_scale(by_table[0])
        worksheet.set_v_pagebreaks(by_table[1])
    if sheet.on_first_use and sheet.pages_wide > 1 and sheet.frozen_columns:
        worksheet.repeat_columns(0, sheet.frozen_columns - 1)
    if sheet.printed_columns:
        worksheet.print_area(0, 0, 1_048_575, sheet.printed_columns - 1)
    worksheet.set_footer(
        "&L&8" + label("form", "footer.left", lang) + "&C&8" + label("form", "footer.page", lang) + "&R&8&A"
    )
    if sheet.group != "input":
        worksheet.hide_gridlines(2)


def _headline(worksheet: Worksheet, sheet: Sheet, formats: Mapping[str, Format], lang: Lang) -> None:
    worksheet.write(0, 0, label("sheets", sheet.key, lang), formats["kpi title"])
    worksheet.write(1, 0, label("notes", f"sheet.{sheet.key}", lang), formats["kpi note"])
    home = label("sheets", "home", lang)
    # By name: Excel does not mend the address of a link when its sheet is renamed.
    worksheet.write_url(2, 0, "internal:k_home", formats["kpi link"], f"← {home}")
    worksheet.set_row(HEADING_ROW - 1, 32)


def _form(worksheet: Worksheet, formats: Mapping[str, Format], spots: Places, lang: Lang) -> None:
    for column, part in enumerate(FORM):
        worksheet.set_column(column, column, part.width)
    worksheet.freeze_panes(6, 3)
    worksheet.repeat_rows(0, 5)
    cards = spots.tables["tblCards"]
    letters = cards.range("card").split("$")[1]
    worksheet.data_validation(
        PICKER,
        {
            "validate": "list",
            "source": f"={cards.sheet}!${letters}${cards.row + 1}:${letters}${cards.row + 500}",
            "input_message": label("form", "picker.prompt", lang),
        },
    )


def _table(
    worksheet: Worksheet,
    sheet: Sheet,
    spec: Table,
    content: Content,
    formats: Mapping[str, Format],
    spots: Places,
    lang: Lang,
) -> None:
    rows = content.get(spec.name, ())
    top, left = HEADING_ROW - 1, sheet.column_of(spec) - 1
    size = max(1, len(rows) + SPARE_ROWS.get(spec.name, 0))
    headings = [label("columns", f"{spec.name}.{column.key}", lang) for column in spec.columns]
    worksheet.add_table(
        top,
        left,
        top + size,
        left + len(headings) - 1,
        {
            "name": spec.name,
            "style": "Table Style Light 1",
            "banded_rows": False,
            "columns": [{"header": text, "header_format": formats["kpi head"]} for text in headings],
        },
    )
    for position, column in enumerate(spec.columns):
        worksheet.set_column(left + position, left + position, column.width)
        if spec.owner == "input":
            _validate(worksheet, spec, column, left + position, spots, lang)
    if spec.owner == "input":
        cells = [rows[index] if index < len(rows) else {} for index in range(size)]
        live = live_cells(spec.name, {**content, spec.name: cells})
        for index, row in enumerate(cells):
            keys = native_cells(spec, row) if live is None else live[index]
            _input_row(worksheet, spec, row, keys, top + 1 + index, left, formats, spots)


def _input_row(
    worksheet: Worksheet,
    spec: Table,
    row: Mapping[str, Scalar],
    keys: Mapping[str, Scalar],
    line: int,
    left: int,
    formats: Mapping[str, Format],
    spots: Places,
) -> None:
    lines = max((lines_of(str(row.get(c.key) or ""), c.width) for c in spec.columns if c.style == "long"), default=1)
    if lines > 1:
        worksheet.set_row(line, LINE_HEIGHT * lines + 2)
    for position, column in enumerate(spec.columns):
        style = formats[f"kpi input {row[f'@style:{column.key}']}" if f"@style:{column.key}" in row else column.role]
        if column.formula:
            text = at_row(resolve(column.formula, spots, spec.name), line + 1)
            worksheet.write_formula(line, left + position, "=" + text, style, keys[column.key])
            continue
        value = row.get(column.key)
        if isinstance(value, str):
            worksheet.write_string(line, left + position, value, style)
        elif isinstance(value, datetime):
            worksheet.write_datetime(line, left + position, value, style)
        else:
            worksheet.write(line, left + position, value, style)


def _validate(
    worksheet: Worksheet, spec: Table, column: Column, position: int, spots: Places, lang: Lang
) -> None:
    notes = table("notes")
    key = f"{spec.name}.{column.key}"
    options: dict[str, Any] = {"ignore_blank": True}
    if column.choices:
        options |= {"validate": "list", "source": list(column.choices)}
    elif column.rule.startswith(ONE_OF):
        options |= {"validate": "list", "source": "=" + _filled_range(column.rule.removeprefix(ONE_OF), spots)}
    elif column.rule in ("number", "positive", "fraction"):
        bounds = {"number": (-1e15, 1e15), "positive": (0, 1e15), "fraction": (0, 1)}[column.rule]
        options |= {"validate": "decimal", "criteria": "between", "minimum": bounds[0], "maximum": bounds[1]}
    elif column.rule == "date":
        options |= {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
    elif key in notes:
        options |= {"validate": "any"}
    else:
        return
    if key in notes:
        options |= {
            "input_title": label("columns", key, lang)[:32],
            "input_message": notes[key][lang][:255],
            "error_title": label("columns", key, lang)[:32],
            "error_message": notes[key][lang][:255],
        }
    worksheet.data_validation(HEADING_ROW, position, HEADING_ROW + VALIDATED_ROWS, position, options)


def _filled_range(column: str, spots: Places) -> str:
    """The cells of a table on the same sheet that offer the words of a list."""
    table_, _, key = column.partition(".")
    place = spots.tables[table_]
    letters = column_letters(place.column + place.positions[key])
    return f"${letters}${place.row + 1}:${letters}${place.last - HEADROOM}"


def _name_styles(path: Path, indexes: Mapping[str, int]) -> None:
    """Give the finished file its named styles; the other parts keep their bytes' meaning and order."""
    with zipfile.ZipFile(path) as archive:
        parts = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in parts:
            if info.filename == "xl/styles.xml":
                data = named_styles(data.decode("utf-8"), indexes).encode("utf-8")
            entry = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
