"""The straightforward script a competent analyst would write: pandas reads, pandas scores, openpyxl writes back.

It knows the twelve rules of this one scorecard only, writes values instead of formulas, and checks nothing.
"""

from __future__ import annotations

import sys

import numpy as np
import openpyxl
import pandas as pd

HEAD = 4


def read(path: str, sheet: str) -> pd.DataFrame:
    return pd.read_excel(path, sheet_name=sheet, header=HEAD, engine="openpyxl")


def main(path: str, out: str) -> None:
    plan, targets, actuals = (read(path, sheet) for sheet in ("考核方案", "目标", "填报"))
    period = "2026-03"
    plan, targets, actuals = (frame.rename(columns=str) for frame in (plan, targets, actuals))
    plan_columns, target_columns, actual_columns = list(plan), list(targets), list(actuals)
    plan = plan.set_axis(["template", "kpi", "no", "weight", "rule", *plan_columns[5:]], axis=1)
    targets = targets.set_axis(["period", "subject", "kpi", "B", "T", "S", *target_columns[6:]], axis=1)
    actuals = actuals.set_axis(["period", "subject", "kpi", "num", "den", "value", "n", *actual_columns[7:]], axis=1)
    actuals = actuals[actuals.period.astype(str) == period]
    rows = actuals.merge(targets[targets.period.astype(str) == period], on=["subject", "kpi"], suffixes=("", "_t"))
    rows = rows.merge(plan[["kpi", "weight", "rule"]], on="kpi")
    actual = np.where(rows.den.notna(), rows.num / rows.den, rows.num.fillna(rows.value))
    sign = np.where(rows.kpi.isin(["OPT", "DLT"]), -1, 1)
    ratio = 100 * (1 + sign * (actual - rows["T"]) / rows["T"].abs())
    low, full, best = rows.B * sign, rows["T"] * sign, rows.S * sign
    x = actual * sign
    below = 60 + 40 * (x - low) / (full - low)
    linear = np.where(x < full, below, 100 + 20 * (x - full) / (best - full))
    efficacy = 60 + 40 * (actual - 0.06) / 0.08
    step = np.select([actual >= 0.035, actual >= 0.03, actual >= 0.025, actual >= 0.02], [120, 100, 80, 60], 0)
    deduct = 100 - np.clip((rows["T"] - actual) / rows["T"] / 0.01, 0, None) * 2
    points = np.select(
        [rows.rule == "RATIO", rows.rule == "LINEAR", rows.rule == "EFFICACY", rows.rule == "STEP"],
        [ratio, linear, efficacy, step],
        deduct,
    )
    rows["score"] = np.clip(points, 0, 120).round(2)
    rows["weighted"] = (rows.score * rows.weight).round(2)
    totals = rows.groupby("subject").weighted.sum().round(2)
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("得分")
    for subject, total in totals.items():
        sheet.append([subject, float(total)])
    book.save(out)


if __name__ == "__main__":
    main(*sys.argv[1:3])
