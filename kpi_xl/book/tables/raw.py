"""Raw data on the book: where they are, how indicators are computed from them, how far they can be trusted."""

from __future__ import annotations

from kpi_xl.book.table import Table, calc, typed, value

SOURCE_KINDS = ("sheet", "file", "folder", "url")
YES_NO = ("Y", "N")
SOURCES = Table(
    "tblSources",
    "sources",
    "input",
    (
        typed("source", "text", 22), typed("table", "text", 14), typed("kind", "code", 9, SOURCE_KINDS),
        typed("place", "text", 40), typed("sheet", "text", 14), typed("mapping", "text", 20),
        typed("time_zone", "text", 15), typed("period_column", "text", 14),
        typed("tolerance", "pct", 9, rule="fraction"), typed("total_column", "text", 14),
        typed("total", "num", 14, rule="number"), typed("active", "code", 8, YES_NO),
    ),
    key=("source",),
)  # fmt: skip
FORMULAS = Table(
    "tblFormulas",
    "formulas",
    "input",
    (
        typed("kpi", "code", 12), typed("num", "long", 48), typed("den", "long", 40), typed("n", "long", 34),
        typed("time", "text", 24), typed("unit", "text", 24), typed("filter", "text", 34),
    ),
    key=("kpi",),
)  # fmt: skip
QUALITY = Table(
    "tblQuality",
    "quality",
    "system",
    (
        value("table", "code", 14), value("name", "text", 14), value("read", "int", 9), value("accepted", "int", 9),
        value("rejected", "int", 9), value("duplicates", "int", 9), value("subtotals", "int", 9),
        value("blank", "int", 8),
        calc("conserved", 'IF([read]=[accepted]+[rejected]+[duplicates]+[subtotals]+[blank],"✓","✗")', "flag", 8),
        value("completeness", "pct", 9), value("validity", "pct", 9), value("uniqueness", "pct", 9),
        value("timeliness", "pct", 9), value("consistency", "pct", 9), value("score", "score", 9),
        calc("lamp", 'IF([score]>=95,"✓",IF([score]>=90,"▲","✗"))', "flag", 7),
    ),
    key=("table",),
)  # fmt: skip
LOADS = Table(
    "tblLoads",
    "quality",
    "system",
    (
        value("load", "int", 7), value("source", "text", 22), value("table", "code", 14), value("file", "text", 28),
        value("sheet", "text", 14), value("read", "int", 9), value("accepted", "int", 9), value("rejected", "int", 9),
        value("duplicates", "int", 9), value("subtotals", "int", 9), value("blank", "int", 8),
        value("first", "text", 17), value("last", "text", 17),
    ),
    key=("load", "file", "sheet"),
)  # fmt: skip
TOTALS = Table(
    "tblRawTotals",
    "quality",
    "system",
    (
        value("source", "text", 22), value("table", "code", 14), value("column", "text", 14),
        value("engine", "num", 16), value("other", "num", 16), calc("difference", "[engine]-[other]", "num", 14),
        value("tolerance", "pct", 10),
        calc(
            "agrees",
            'IF(ISNUMBER([tolerance]),IF(ABS([difference])<=[tolerance]*ABS([other])+0.000001*MAX(1,ABS([other])),"✓",'
            '"▲"),"–")',
            "flag",
            7,
        ),
        value("by", "text", 14),
    ),
    key=("source", "table", "column"),
)  # fmt: skip
REJECTS = Table(
    "tblRejects",
    "quality",
    "system",
    (
        value("load", "int", 7), value("table", "code", 14), value("file", "text", 28), value("sheet", "text", 14),
        value("row", "int", 8), value("column", "text", 14), value("raw_value", "text", 24), value("code", "code", 18),
        value("message", "long", 46), value("severity", "text", 9), value("action", "text", 14),
    ),
)  # fmt: skip
QUALITY_TABLES = (QUALITY, LOADS, TOTALS, REJECTS)
