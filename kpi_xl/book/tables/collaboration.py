"""协作: who answers for a shared indicator, who vouches for a check that fails, what the levels of a rating mean."""

from __future__ import annotations

from kpi_xl.book.table import Table, typed

PARTS = ("A", "R", "C", "I")
MODES = ("OWN", "SHARED-FULL", "SHARED-SPLIT", "HANDOFF")
GATES = ("L-S1", "L-S3", "L-M1", "L-M2", "L-A1", "L-A5", "L-T1", "L-T3")
"""The checks whose failure keeps targets from being confirmed, so that somebody may want to answer for one."""

RACI = Table(
    "tblRaci",
    "collaboration",
    "input",
    (
        typed("kpi", "code", 10, rule="text"),
        typed("unit", "text", 18, rule="text"),
        typed("role", "code", 8, PARTS),
        typed("mode", "code", 16, MODES),
        typed("share", "pct", 10, rule="fraction"),
        typed("controllability", "pct", 10, rule="fraction"),
    ),
    key=("kpi", "unit"),
)
OVERRIDES = Table(
    "tblOverrides",
    "collaboration",
    "input",
    (
        typed("template", "code", 13, rule="text"),
        typed("kpi", "code", 10, rule="text"),
        typed("check", "code", 9, GATES),
        typed("reason", "text", 36, rule="text"),
        typed("approver", "text", 12, rule="text"),
    ),
    key=("template", "kpi", "check"),
)
ANCHORS = Table(
    "tblAnchors",
    "collaboration",
    "input",
    (
        typed("kpi", "code", 10, rule="text"),
        typed("level", "code", 9, rule="text"),
        typed("anchor", "long", 60),
    ),
    key=("kpi", "level"),
)
