"""数据_*: one raw sheet for each canonical table, with the headings of its layout in the book's language."""

from __future__ import annotations

from kpi_xl.facts.raw.layouts import Layout, layouts
from kpi_xl.labels import LANGS, Lang

PREFIX = "tblRaw_"
LOAD = {"zh": "导入批次", "en": "Load"}
"""Heading of the last column: which load a row came with; rows that somebody pasted have none."""


def raw_table(table: str) -> str:
    """Name of the workbook table that holds the raw rows of a canonical table."""
    return f"{PREFIX}{table}"


def table_of(name: str) -> str:
    """Canonical table of a raw table's name.

    >>> table_of("tblRaw_orders"), table_of("tblRaw_other")
    ('orders', '')
    """
    table = name.removeprefix(PREFIX)
    return table if table in layouts() else ""


def sheet_name(table: str, lang: Lang) -> str:
    """Name of the raw sheet.

    >>> sheet_name("orders", "zh"), sheet_name("orders", "en")
    ('数据_订单', 'Raw_Orders')
    """
    layout = layouts()[table]
    return f"数据_{layout.zh}" if lang == "zh" else f"Raw_{layout.en}"


def raw_named(sheet: str) -> str:
    """Canonical table of a raw sheet's name in either language, or ""."""
    wanted = sheet.strip().casefold()
    if not wanted.startswith(("数据_", "raw_", PREFIX.casefold())):
        return ""
    names = {sheet_name(table, lang).casefold(): table for table in layouts() for lang in LANGS}
    return names.get(wanted) or {raw_table(table).casefold(): table for table in layouts()}.get(wanted, "")


def headings(layout: Layout, lang: Lang) -> tuple[str, ...]:
    """Headings of the raw sheet, the load last."""
    words = (field.zh if lang == "zh" else field.en for field in layout.fields)
    return (*words, LOAD[lang])
