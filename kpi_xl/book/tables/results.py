"""历史得分, 检查 and its parameters: what was published, what must hold, and the settings the formulas read."""

from __future__ import annotations

from collections.abc import Mapping

from kpi_xl.book.table import Column, Table, calc, value
from kpi_xl.scoring.people.periods import LAMBDA

HISTORY = Table(
    "tblHistory",
    "history",
    "system",
    (
        value("key", "text", 16),
        value("period", "code", 10),
        value("card", "code", 9),
        value("name", "text", 18),
        value("template", "code", 14),
        value("F", "score", 9),
        value("U", "score", 9),
        value("O", "score", 9),
        value("base", "score", 9),
        value("adjust", "score", 9),
        value("before_veto", "score", 10),
        value("total", "score", 10),
        value("grade", "code", 8),
        value("coefficient", "coef", 9),
        value("rank", "int", 8),
        value("status", "code", 13),
        value("run_id", "code", 18),
        value("summary", "text", 40),
        value("outlook", "text", 40),
    ),
    key=("key",),
)
CHECKS = Table(
    "tblChecks",
    "checks",
    "system",
    (
        value("no", "int", 6),
        value("check", "text", 58),
        Column("value", "calc", "int", 10),
        value("expected", "int", 10),
        value("sign", "code", 7),
        calc("result", 'IF([value]=[expected],"✓",[sign])', "flag", 8),
        value("mend", "text", 92),
    ),
    key=("no",),
)
PARAMETERS = Table(
    "tblParameters",
    "checks",
    "system",
    (
        value("name", "code", 16),
        Column("setting", "calc", "num", 12),
        value("meaning", "text", 40),
        value("then", "num", 12),
    ),
    key=("name",),
)
OPTIONAL_PARAMETERS: Mapping[str, str | float] = {
    "period_mix": LAMBDA, "period_mode": "RECALC", "year_mode_person": "MIX", "cascade": "share",
}  # fmt: skip
"""Settings that a book may lack, with the usual value that holds then."""
SETTING_PARAMETERS = ("total_cap", "adjust_cap", "missing_limit", "veto_score", "scheme", *OPTIONAL_PARAMETERS)
COMPUTED_PARAMETERS = ("band_first", "band_last", "settings_changed")
