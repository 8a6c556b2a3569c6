"""交接: who hands to whom, as a matrix of units and as a list of pairs, both live arithmetic."""

from __future__ import annotations

from kpi_xl.book.table import Column, Table, calc, value

MOST = 10
"""Receivers that the matrix has room for: those that most goes through. The list has all."""
_FROM = "[tblHandoffs.giver_no],[no]"
_MISSING = '"—"'


def _share(to: str = "") -> str:
    part, whole = (f"SUMIFS([tblHandoffs.{column}],{_FROM}{to})" for column in ("in_order", "due"))
    return f"IF({whole}>0,ROUND({part}/{whole},9),{_MISSING})"


def _receiver(number: int) -> Column:
    """Share of one receiver; nothing where there are not so many units."""
    share = _share(f",[tblHandoffs.receiver_no],{number}")
    return calc(f"to{number}", f'IF(COUNTIFS([tblHandoffMatrix.no],{number})=0,"",{share})', "pct", 9)


def _mean(total: str, count: str) -> str:
    return f"IF([{count}]>0,ROUND([{total}]/[{count}],6),{_MISSING})"


HANDOFF_MATRIX = Table(
    "tblHandoffMatrix",
    "handoffs",
    "system",
    (
        value("no", "int", 5), value("unit", "text", 20), calc("due", f"SUMIFS([tblHandoffs.due],{_FROM})", "int", 8),
        calc("share", _share(), "pct", 10), *(_receiver(number) for number in range(1, MOST + 1)),
    ),
    key=("no",),
)  # fmt: skip
HANDOFFS = Table(
    "tblHandoffs",
    "handoffs",
    "system",
    (
        value("giver", "text", 20), value("receiver", "text", 20), value("due", "int", 8),
        value("in_order", "int", 11), calc("share", f"IF([due]>0,ROUND([in_order]/[due],9),{_MISSING})", "pct", 10),
        value("accepted", "int", 10), calc("open", "[due]-[accepted]", "int", 8), value("waited", "num", 12),
        calc("waiting", _mean("waited", "accepted"), "num", 12), value("ended", "int", 10),
        value("worked", "num", 12), calc("cycle", _mean("worked", "ended"), "num", 14),
        value("giver_no", "int", 7), value("receiver_no", "int", 7),
    ),
    key=("giver", "receiver"),
)  # fmt: skip
HANDOFF_TABLES = (HANDOFF_MATRIX, HANDOFFS)
