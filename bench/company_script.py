"""The straightforward script of a competent analyst for two years of facts: pandas computes, openpyxl writes back.

It knows the rules of this one scorecard only, writes values instead of formulas, keeps no history and checks nothing.
"""

from __future__ import annotations

import sys

import numpy as np
import openpyxl
import pandas as pd

HEAD = 4
PERIOD, BEFORE, YEAR_AGO = "2026-03", "2026-02", "2025-03"
SHEETS = {
    "组织": ["subject", "kind", "name", "parent", "template", "rank_group"],
    "指标库": ["kpi", "zh", "en", "perspective", "unit", "decimals", "direction"],
    "考核方案": ["template", "kpi", "no", "weight", "rule"],
    "目标": ["period", "subject", "kpi", "B", "T", "S"],
    "填报": ["period", "subject", "kpi", "num", "den", "value", "n"],
}
SHOWN = ["subject", "kpi", "zh", "perspective", "rule", "B", "T", "S", "num", "den", "actual", "last_period"]
SHOWN += ["last_year", "growth_period", "growth_year", "attainment", "score", "weight", "weighted"]


def main(path: str, out: str) -> None:
    tables = pd.read_excel(path, sheet_name=[*SHEETS, "设置"], header=HEAD, engine="openpyxl")
    people, indicators, plan, targets, facts = (named(tables[name], SHEETS[name]) for name in SHEETS)
    bands = tables["设置"][["等级方案", "等级", "起始总分", "起点系数", "每分系数增量"]].dropna()
    bands = bands.set_axis(["scheme", "grade", "lo", "coef", "slope"], axis=1).astype({"lo": float})
    factor = {"NPS": 100}
    facts = with_teams(facts, people)
    facts["actual"] = facts.num / facts.den * facts.kpi.map(factor).fillna(1)
    facts["actual"] = facts.actual.where(facts.den.notna(), facts.num.fillna(facts.value))
    rows = people.merge(plan, on="template").merge(indicators, on="kpi")
    rows = rows.merge(targets[targets.period == PERIOD].drop(columns="period"), on=["subject", "kpi"], how="left")
    rows = rows.merge(facts[facts.period == PERIOD].drop(columns="period"), on=["subject", "kpi"], how="left")
    for name, month in (("last_period", BEFORE), ("last_year", YEAR_AGO)):
        old = facts[facts.period == month][["subject", "kpi", "actual"]].rename(columns={"actual": name})
        rows = rows.merge(old, on=["subject", "kpi"], how="left")
    rows["growth_period"] = (rows.actual - rows.last_period) / rows.last_period.abs()
    rows["growth_year"] = (rows.actual - rows.last_year) / rows.last_year.abs()
    rows["score"] = scored(rows)
    rows["weighted"] = (rows.score * rows.weight).round(2)
    cards = ranked(rows, people, bands[bands.scheme == "BAND120"])
    write(path, out, rows[SHOWN], cards)


def named(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    found = frame.iloc[:, : len(names)].set_axis(names, axis=1)
    found = found[found.iloc[:, 0].notna()]
    return found.assign(period=found.period.astype(str)) if "period" in names else found


def with_teams(facts: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """A team without facts of its own has those of its people together."""
    mine = facts.merge(people[["subject", "parent"]], on="subject").dropna(subset="parent")
    teams = mine.groupby(["period", "parent", "kpi"], as_index=False)[["num", "den", "n"]].sum(min_count=1)
    teams = teams.rename(columns={"parent": "subject"})
    return pd.concat([facts, teams]).drop_duplicates(["period", "subject", "kpi"], keep="first")


def scored(rows: pd.DataFrame) -> pd.Series:
    sign = np.where(rows.direction == "down", -1, 1)
    rows["attainment"] = 1 + sign * (rows.actual - rows["T"]) / rows["T"].abs()
    x, low, full, best = (rows[name] * sign for name in ("actual", "B", "T", "S"))
    linear = np.where(x < full, 60 + 40 * (x - low) / (full - low), 100 + 20 * (x - full) / (best - full))
    step = np.select([rows.actual >= level for level in (0.035, 0.03, 0.025, 0.02)], [120, 100, 80, 60], 0)
    deduct = 100 - np.clip((rows["T"] - rows.actual) / rows["T"] / 0.01, 0, None) * 2
    rules = [rows.rule == name for name in ("RATIO", "LINEAR", "STEP", "DEDUCT")]
    points = np.select(rules, [100 * rows.attainment, linear, step, deduct], np.nan)
    return pd.Series(np.clip(points, 0, 120), rows.index).round(2)


def ranked(rows: pd.DataFrame, people: pd.DataFrame, bands: pd.DataFrame) -> pd.DataFrame:
    parts = rows.pivot_table(index="subject", columns="perspective", values="weighted", aggfunc="sum").round(2)
    cards = people.merge(parts.reset_index(), on="subject")
    cards["total"] = cards[["F", "U", "O"]].sum(axis=1).round(2)
    cards = pd.merge_asof(cards.sort_values("total"), bands.sort_values("lo"), left_on="total", right_on="lo")
    cards["coefficient"] = cards.coef + cards.slope * (cards.total - cards.lo)
    cards["rank"] = cards.groupby("rank_group").total.rank(ascending=False, method="min")
    return cards[["rank", "subject", "name", "F", "U", "O", "total", "grade", "coefficient"]]


def write(path: str, out: str, rows: pd.DataFrame, cards: pd.DataFrame) -> None:
    book = openpyxl.load_workbook(path)
    for name, frame in (("得分明细", rows), ("得分汇总", cards)):
        sheet = book.create_sheet(name)
        sheet.append(list(frame))
        for line in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
            sheet.append(list(line))
    book.save(out)


if __name__ == "__main__":
    main(*sys.argv[1:3])
