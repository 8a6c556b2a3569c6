"""Proposals and decompositions as rows of their tables, native columns included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum

from kpi_xl.book.plan_health.words import problem_text
from kpi_xl.book.table import MISSING
from kpi_xl.book.tables.targets import GAPS, PARTS
from kpi_xl.book.targeting.lines import run_rate
from kpi_xl.book.targeting.proposing import LineProposal
from kpi_xl.book.targeting.splitting import LAST, MEANT, SUMMED, WEIGHTED, Split
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import Scalar
from kpi_xl.model.inputs import Indicator, key
from kpi_xl.model.params import Problem
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.targets.backtest import NAIVE, SEASONAL_NAIVE

Cells = Mapping[str, Scalar]
"""One row: a cell by each column's key, that of a native column its cached value; under `UNIT` how its numbers look."""
UNIT = "@style"
JOINTS: Mapping[Lang, str] = {"zh": "；", "en": "; "}
AMOUNT_DIGITS, RATIO_DIGITS = 6, 9
"""To which sums are compared, of amounts and of ratios."""


def proposal_row(found: LineProposal, lang: Lang) -> Cells:
    """A row of 目标建议."""
    line, row = found.line, found.line.row
    decimals = row.indicator.stored_decimals
    history, sign = line.shown, -1 if row.indicator.direction == "down" else 1
    last_year = history.at(line.period.year_ago)
    best = (max if sign > 0 else min)(history.known, default=None)
    in_force = found.anchors.target if found.typed is None else found.typed
    verdict = MISSING if found.verdict is None else label("targets", f"verdict.{found.verdict.name}", lang)
    return {
        UNIT: number_style(row.indicator),
        "card": row.card,
        "name": row.subject.name,
        "indicator": row.indicator.name,
        "unit": row.indicator.unit,
        "n": float(len(history.known)),
        "last_year": last_year,
        "last_period": history.at(line.period.shift(-1)),
        "best": best,
        "method": found.chosen or MISSING,
        "threshold": found.anchors.threshold,
        "target": found.anchors.target,
        "stretch": found.anchors.stretch,
        "p": found.p,
        "typed": found.typed,
        "p_typed": found.p_typed,
        "verdict": verdict,
        "over_year": _over(in_force, last_year),
        "over_best": _over(in_force, best),
        "run_rate": _rounded(run_rate(line), decimals),
        "warnings": problems_text(found.problems, lang),
        **{each.method.lower(): _rounded(each.target, decimals) for each in found.methods},
        **_errors(found),
        "subject": row.measured,
        "kpi": row.plan.kpi,
        "key": key(line.period, row.measured, row.plan.kpi),
        "typed_then": found.typed,
        "p_then": found.p_typed,
        "verdict_then": verdict,
        "in_force": in_force,
        "changed": 0.0,
    }


def number_style(indicator: Indicator) -> str:
    """How the numbers of an indicator look: pct, int or num."""
    if indicator.unit == "%":
        return "pct"
    return "int" if indicator.decimals == 0 else "num"


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else excel_round(value, decimals)


def _errors(found: LineProposal) -> Cells:
    """Errors of the chosen method beside those of the naive forecasts."""
    told = {"": found.accuracy, "naive_": found.accuracy_of(NAIVE), "seasonal_": found.accuracy_of(SEASONAL_NAIVE)}
    return {
        **{f"{start}mape": each.mape if each else None for start, each in told.items()},
        **{f"{start}mase": each.mase if each else None for start, each in told.items()},
    }


def _over(value: float | None, reference: float | None) -> float | None:
    return (value - reference) / abs(reference) if value is not None and reference else None


def problems_text(problems: tuple[Problem, ...], lang: Lang) -> str:
    """What is odd, each thing once, without how to mend it."""
    return JOINTS[lang].join(dict.fromkeys(problem_text(problem, {}, lang) for problem in problems))


def split_rows(split: Split, names: Mapping[str, str], lang: Lang) -> Iterator[Cells]:
    """The rows of one goal in 年度分解: the goal, its denominators or its units."""
    gaps = [_gap(split, place) for place in range(len(split.periods))]
    total = _total(split, split.periods)
    yield {
        **_line(split, "total", split.goal.subject, split.periods, split.annual, total, names, lang),
        "share": 1.0,
        "remarks": problems_text(split.problems, lang),
        "lamp": "✓" if not any(gaps) and _difference(split, total, split.annual) == 0 else "✗",
        **dict(zip(GAPS, gaps, strict=False)),
    }
    if split.dens:
        yield _line(split, "den", split.goal.subject, split.dens, None, fsum(split.dens), names, lang)
    for unit in split.units:
        summed = _total(split, unit.periods)
        off = _difference(split, summed, unit.ideal)
        yield {
            **_line(split, "unit", unit.subject, unit.periods, unit.ideal, summed, names, lang),
            "share": unit.share,
            "lamp": "✓" if abs(off) <= _tolerance(split) else "▲",
        }


def _line(
    split: Split,
    line: str,
    subject: str,
    values: tuple[float, ...],
    ideal: float | None,
    total: float,
    names: Mapping[str, str],
    lang: Lang,
) -> dict[str, Scalar]:
    goal = split.goal
    return {
        UNIT: "num" if line == "den" else number_style(split.indicator),
        "year": str(goal.year),
        "subject": subject,
        "name": names.get(subject, subject),
        "indicator": split.indicator.name,
        "unit": "" if line == "den" else split.indicator.unit,
        "role": label("targets", f"role.{line}", lang),
        "share": None,
        **dict(zip(PARTS, (*values, *[None] * (len(PARTS) - len(values))), strict=True)),
        "total": total,
        "wanted": ideal,
        "difference": None if ideal is None else _difference(split, total, ideal),
        "lamp": "",
        "remarks": "",
        "goal": goal.key,
        "line": line,
        "how": float(split.how),
        "count": float(len(values)),
        "units": float(len(split.units)),
        "digits": float(_digits(split)),
        "ideal": ideal,
        "tolerance": _tolerance(split),
        **dict.fromkeys(GAPS, 0.0),
    }


def _gap(split: Split, place: int) -> float:
    """What the units of a period sum to, less the period."""
    if not split.units:
        return 0.0
    return excel_round(sum(unit.periods[place] for unit in split.units) - split.periods[place], _digits(split))


def _total(split: Split, values: tuple[float, ...]) -> float:
    """What the periods make of the year."""
    if split.how == WEIGHTED:
        return fsum(value * den for value, den in zip(values, split.dens, strict=True)) / fsum(split.dens)
    return {SUMMED: fsum(values), MEANT: fsum(values) / len(values), LAST: values[-1]}[split.how]


def _difference(split: Split, total: float, wanted: float) -> float:
    return excel_round(total - wanted, _digits(split))


def _digits(split: Split) -> int:
    return RATIO_DIGITS if split.how == WEIGHTED else AMOUNT_DIGITS


def _tolerance(split: Split) -> float:
    """A rounding step of a unit in every period."""
    return split.grain * (len(split.periods) if split.how == SUMMED else 1)
