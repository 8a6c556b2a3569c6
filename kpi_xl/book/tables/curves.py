"""评分曲线: the segments of every row's scoring curve, hanging on threshold, target and stretch."""

from __future__ import annotations

from kpi_xl.book.table import Table, calc, value

CURVES = Table(
    "tblCurves",
    "curves",
    "system",
    (
        value("row", "int", 6),
        value("seg", "int", 6),
        value("kT", "num", 7),
        value("kB", "num", 7),
        value("kS", "num", 7),
        value("kD", "num", 8),
        value("d_min", "num", 8),
        value("k0", "num", 13),
        value("y0", "num", 9),
        value("y1", "num", 9),
        value("side", "int", 6),
        value("open", "open", 9),
        value("sign", "int", 6),
        value("digits", "int", 6),
        calc("target", "SUM(INDEX([tblDetail.target],[row]))", "num", 14),
        calc("threshold", "SUM(INDEX([tblDetail.threshold],[row]))", "num", 14),
        calc("stretch", "SUM(INDEX([tblDetail.stretch],[row]))", "num", 14),
        calc(
            "x0",
            "ROUND([sign]*([kT]*[target]+[kB]*[threshold]+[kS]*[stretch])+[kD]*MAX(ABS([target]),[d_min])+[k0],[digits])",
            "num",
            14,
        ),
        calc("start", "[x0]-[side]*MAX(0.5*10^(0-[digits]),ABS([x0])/2^47)+[open]", "open", 14),
        calc("slope", "IF(AND([+row]=[row],[+x0]>[x0]),([y1]-[y0])/([+x0]-[x0]),0)", "num", 14),
        calc("order_ok", "IF(OR([+row]<>[row],AND([+start]>[start],OR([y1]=[y0],[+x0]>[x0]))),1,0)", "int", 7),
    ),
    key=("row", "seg"),
)
