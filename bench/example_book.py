"""A company of many cards on the worked example's scorecard, as a workbook."""

from __future__ import annotations

import random
from pathlib import Path

from kpi_xl.book.example import example
from kpi_xl.commands.new import new_from
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.periods import parse_period

SEED = 20240129


def company(path: Path, cards: int, months: int) -> None:
    """Write a book with so many cards, each with so many months of facts up to the scored one."""
    chance = random.Random(SEED)
    content = dict(example("zh"))
    subjects = [f"P{number:04d}" for number in range(1, cards + 1)]
    last = parse_period("2026-03")
    periods = [str(last.shift(-back)) for back in range(months)]
    content["tblSubjects"] = [
        {"subject": s, "kind": "person", "name": f"员工{s}", "template": "DECK12", "rank_group": "person"}
        for s in subjects
    ]
    content["tblTargets"] = [{**row, "subject": s} for s in subjects for row in content["tblTargets"]]
    content["tblActuals"] = [
        {**row, "subject": s, "period": period, **_moved(row, chance)}
        for period in periods
        for s in subjects
        for row in content["tblActuals"]
    ]
    path.unlink(missing_ok=True)
    new_from(path, FileHost, content, "zh")


def _moved(row, chance):
    factor = chance.uniform(0.85, 1.15)
    return {key: round(row[key] * factor, 4) for key in ("num", "value") if isinstance(row.get(key), float)}
