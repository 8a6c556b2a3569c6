"""Targets: what is proposed, the goals of the year, their months and units, and changes after confirmation."""

from __future__ import annotations

from typing import get_args

from kpi_xl.book.table import Column, Table, calc, row_key, typed, value
from kpi_xl.scoring.targets.decompose import Spread
from kpi_xl.scoring.targets.methods import METHODS
from kpi_xl.scoring.targets.reset import REASONS

SPREADS: tuple[str, ...] = get_args(Spread)
MONTHS = tuple(f"{number:02d}" for number in range(1, 13))
PARTS = tuple(f"p{month}" for month in MONTHS)
"""Columns of the year's periods: twelve months, or the first four of a year by quarters."""
GAPS = tuple(f"g{month}" for month in MONTHS)

NUMBERS = frozenset(
    (
        "last_year", "last_period", "best", "run_rate", "threshold", "target", "stretch", "typed",
        *map(str.lower, METHODS),
        "typed_then", "in_force", *PARTS, "total", "wanted", "difference", "ideal",
    )
)  # fmt: skip
"""Columns in the unit of the row's indicator, which decides how they are shown."""

_TYPED = "INDEX([tblTargets.target#],MATCH([key],[tblTargets.key#],0))"
_ANNUAL = "INDEX([tblAnnual.target#],MATCH([goal],[tblAnnual.key#],0))"
_ACROSS, _BELOW = "[p01]:[p12]", "[+p01]:[+p12]"


def _over(reference: str) -> str:
    """How far the target in force is beyond a number, as a share of its size."""
    return f'IFERROR(IF([{reference}]=0,"—",([in_force]-[{reference}])/ABS([{reference}])),"—")'


def _gap(month: str) -> Column:
    """What the units of a month sum to, less the month."""
    units = f'SUMIFS([tblDecomposition.p{month}],[tblDecomposition.goal],[goal],[tblDecomposition.line],"unit")'
    is_split = f'AND([line]="total",[units]>0,ISNUMBER([p{month}]))'
    return calc(f"g{month}", f"IF({is_split},ROUND({units}-[p{month}],[digits]),0)", "num", 8)


PROPOSALS = Table(
    "tblTargetProposals",
    "proposals",
    "system",
    (
        value("card", "code", 9), value("name", "text", 18), value("indicator", "text", 22), value("unit", "code", 8),
        value("n", "int", 6), value("last_year", "num", 13), value("last_period", "num", 13), value("best", "num", 13),
        value("method", "code", 8), value("threshold", "num", 13), value("target", "num", 13),
        value("stretch", "num", 13), value("p", "weight", 9),
        calc("typed", f'IFERROR(IF(ISNUMBER({_TYPED}),{_TYPED},"—"),"—")', "num", 13),
        calc("p_typed", 'IF([changed]=1,"↻",[p_then])', "weight", 9),
        calc("verdict", 'IF([changed]=1,"↻",[verdict_then])', "flag", 9),
        calc("over_year", _over("last_year"), "pct", 9),
        calc("over_best", _over("best"), "pct", 9),
        value("run_rate", "num", 13),
        value("warnings", "long", 46),
        *(value(method.lower(), "num", 12) for method in METHODS),
        value("mape", "pct", 9), value("mase", "score", 8), value("naive_mape", "pct", 9),
        value("naive_mase", "score", 8), value("seasonal_mape", "pct", 10), value("seasonal_mase", "score", 10),
        value("subject", "code", 9), value("kpi", "code", 9), value("key", "text", 22),
        value("typed_then", "num", 12), value("p_then", "weight", 9), value("verdict_then", "text", 9),
        calc("in_force", 'IF(ISNUMBER([typed]),[typed],[target])', "num", 12),
        calc("changed", "IF(IFERROR(ROUND([typed]-[typed_then],9)=0,[typed]=[typed_then]),0,1)", "int", 7),
    ),
    key=("card", "kpi"),
)  # fmt: skip
DECOMPOSITION = Table(
    "tblDecomposition",
    "decomposition",
    "system",
    (
        value("year", "code", 7), value("subject", "code", 9), value("name", "text", 18),
        value("indicator", "text", 22), value("unit", "code", 8), value("role", "text", 12), value("share", "pct", 9),
        *(value(part, "num", 12) for part in PARTS),
        calc(
            "total",
            f'IF([line]="den",SUM({_ACROSS}),CHOOSE([how],SUM({_ACROSS}),SUM({_ACROSS})/[count],'
            f'IFERROR(SUMPRODUCT({_ACROSS},{_BELOW})/SUM({_BELOW}),"—"),INDEX({_ACROSS},1,[count])))',
            "num",
            14,
        ),
        calc(
            "wanted", f'IF([line]="total",IFERROR(IF(ISNUMBER({_ANNUAL}),{_ANNUAL},[ideal]),[ideal]),[ideal])', width=14
        ),
        calc("difference", 'IFERROR(ROUND([total]-[wanted],[digits]),"—")', "num", 10),
        calc(
            "lamp",
            'IF([line]="total",IF(AND([difference]=0,MAX([g01]:[g12])=0,MIN([g01]:[g12])=0),"✓","✗"),'
            'IF([line]="unit",IF(ABS([difference])<=[tolerance],"✓","▲"),""))',
            "flag",
            7,
        ),
        value("remarks", "long", 40),
        value("goal", "text", 20), value("line", "code", 7), value("how", "int", 6), value("count", "int", 6),
        value("units", "int", 7), value("digits", "int", 6), value("ideal", "num", 14), value("tolerance", "num", 9),
        *map(_gap, MONTHS),
    ),
    key=("goal", "line", "subject"),
)  # fmt: skip
ANNUAL = Table(
    "tblAnnual",
    "annual",
    "input",
    (
        typed("period", "code", 9, rule="text"),
        typed("subject", "code", 10, rule="text"),
        typed("kpi", "code", 10, rule="text"),
        typed("target", "num", 16, rule="number"),
        typed("growth", "pct", 9, rule="number"),
        typed("unit", "num", 9, rule="positive"),
        typed("share", "pct", 9, rule="positive"),
        typed("potential", "num", 9, rule="positive"),
        typed("mode", "code", 14, SPREADS),
        typed("method", "code", 9, METHODS),
        typed("mix", "text", 18, rule="text"),
        typed("benchmark", "num", 14, rule="number"),
        typed("source", "text", 18, rule="text"),
        typed("approver", "text", 12),
        # An error value in a code has no key; elsewhere it stops the book, here only the goal.
        row_key(
            "key", 'IFERROR(IF(OR([period]="",[subject]="",[kpi]=""),"",[period]&"|"&[subject]&"|"&[kpi]),"")', 20
        ),
    ),
    key=("period", "subject", "kpi"),
)
RESETS = Table(
    "tblResets",
    "annual",
    "input",
    (
        typed("period", "code", 10, rule="text"),
        typed("subject", "code", 10, rule="text"),
        typed("kpi", "code", 10, rule="text"),
        typed("reason", "code", 15, REASONS),
        typed("target", "num", 16, rule="number"),
        typed("effective", "date", 12, rule="date"),
        typed("decided", "date", 12, rule="date"),
        typed("committee", "code", 9, ("Y", "N")),
        typed("approver", "text", 12),
    ),
    key=("period", "subject", "kpi"),
)
