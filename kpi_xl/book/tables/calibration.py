"""校准: changes of judged points with their reasons; beside it, raters before and after, and grades by quota."""

from __future__ import annotations

from kpi_xl.book.table import Table, calc, row_key, typed, value

CALIBRATION = Table(
    "tblCalibration",
    "calibration",
    "input",
    (
        typed("period", "code", 11, rule="text"),
        typed("subject", "code", 10, rule="text"),
        typed("kpi", "code", 10, rule="text"),
        typed("before", "score", 10, rule="number"),
        typed("after", "score", 10, rule="number"),
        typed("reason", "text", 40, rule="text"),
        typed("approver", "text", 14, rule="text"),
        row_key("key", 'IF(OR([period]="",[subject]="",[kpi]=""),"",[period]&"|"&[subject]&"|"&[kpi])', 24),
    ),
    key=("period", "subject", "kpi"),
)
PROPOSALS = Table(
    "tblProposals",
    "scales",
    "system",
    (
        value("subject", "code", 10), value("name", "text", 18), value("team", "code", 10), value("kpi", "code", 10),
        value("indicator", "text", 22), value("before", "score", 10), value("by_rater", "score", 10),
        calc("change_rater", "ROUND([by_rater]-[before],2)", "delta", 9), value("by_team", "score", 10),
        calc("change_team", "ROUND([by_team]-[before],2)", "delta", 9), value("in_force", "score", 10),
    ),
    key=("subject", "kpi"),
)  # fmt: skip
LENIENCY = Table(
    "tblLeniency",
    "scales",
    "system",
    (
        value("rater", "text", 16), value("ratings", "int", 8), value("mean", "score", 10),
        value("others", "score", 10), value("d", "delta", 9), value("sign", "flag", 7),
        value("mean_after", "score", 10), value("others_after", "score", 10), value("d_after", "delta", 9),
        value("sign_after", "flag", 7),
    ),
    key=("rater",),
)  # fmt: skip
QUOTA = Table(
    "tblQuota",
    "scales",
    "system",
    (
        value("group", "code", 14), value("rank", "int", 7), value("subject", "code", 10), value("name", "text", 18),
        value("total", "score", 10), value("grade", "grade", 9), value("proposed", "grade", 9),
        calc("differs", 'IF(OR([proposed]="—",[proposed]=[grade]),"","▲")', "flag", 8), value("remark", "text", 40),
    ),
    key=("subject",),
)  # fmt: skip
SCALE_TABLES = (PROPOSALS, LENIENCY, QUOTA)
