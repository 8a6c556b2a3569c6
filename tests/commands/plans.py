"""Small companies with a past, for the tests of targets: a head, its units, and whatever months they report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kpi_xl.book.starter import Content, starter
from kpi_xl.commands.new import new_from
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang
from kpi_xl.library import preset
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import parse_period

Row = Mapping[str, Scalar]
LINEAR = "LINEAR"


def series(first: str, subject: str, kpi: str, values: Iterable[float | None]) -> list[Row]:
    """Typed actuals of consecutive periods; a None leaves its period out."""
    start = parse_period(first)
    return [
        {"period": str(start.shift(step)), "subject": subject, "kpi": kpi, "value": float(value)}
        for step, value in enumerate(values)
        if value is not None
    ]


def ratios(first: str, subject: str, kpi: str, pairs: Iterable[tuple[float, float]]) -> list[Row]:
    """Typed numerators and denominators of consecutive periods."""
    start = parse_period(first)
    return [
        {"period": str(start.shift(step)), "subject": subject, "kpi": kpi, "num": float(num), "den": float(den), "n": den}
        for step, (num, den) in enumerate(pairs)
    ]


def company(
    period: str,
    actuals: Sequence[Row],
    kpis: Sequence[str] = ("REV",),
    units: Sequence[str] = (),
    *,
    goals: Sequence[Row] = (),
    targets: Sequence[Row] = (),
    resets: Sequence[Row] = (),
    state: str = "draft",
    decimals: Mapping[str, int] | None = None,
    lang: Lang = "zh",
) -> Content:
    """Inputs of a head C and its units, all on one template of linear rules with equal weights."""
    start = starter(preset("DECK12"), parse_period(period), lang)
    weights = [1.0 / len(kpis)] * len(kpis)
    plan: list[Row] = [
        {"template": "T", "kpi": kpi, "no": float(number), "weight": weight, "rule": LINEAR, "missing": "BLOCK", "core": "Y"}
        for number, (kpi, weight) in enumerate(zip(kpis, weights, strict=True), start=1)
    ]
    subjects = [("C", ""), *((unit, "C") for unit in units)]
    finer = decimals or {}
    return {
        **start,
        "tblSettings": [{**row, "value": state if row["key"] == "state" else row["value"]} for row in start["tblSettings"]],
        "tblSubjects": [
            {"subject": name, "kind": "company" if not parent else "team", "name": name, "parent": parent, "template": "T",
             "rank_group": "all" if parent else "head"}
            for name, parent in subjects
        ],
        "tblIndicators": [
            {**row, "decimals": float(finer.get(str(row["kpi"]), int(float(str(row["decimals"])))))}
            for row in start["tblIndicators"]
        ],
        "tblPlan": plan,
        "tblTargets": list(targets),
        "tblActuals": list(actuals),
        **({"tblAnnual": list(goals)} if goals else {}),
        **({"tblResets": list(resets)} if resets else {}),
    }  # fmt: skip


def goal(year: int, subject: str, kpi: str, target: float | None = None, **more: Scalar) -> Row:
    """One row of 年度目标."""
    return {"period": str(year), "subject": subject, "kpi": kpi, "target": target, **more}


def written(path: Path, content: Content, lang: Lang = "zh") -> FileHost:
    """A book of these inputs."""
    new_from(path, FileHost, content, lang)
    return FileHost(path)


def table(host: FileHost, name: str, columns: Sequence[str]) -> list[dict[str, Scalar]]:
    """Rows of a table by the given column keys, all of its columns in their order."""
    grid = host.tables()[name]
    return [dict(zip(columns, row, strict=False)) for row in grid.rows if any(cell is not None for cell in row)]
