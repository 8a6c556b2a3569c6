"""The worked example as the inputs of a book."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from kpi_xl.book.starter import Content, Rows, starter
from kpi_xl.labels import Lang
from kpi_xl.library import preset
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import parse_period

NUMBERS = {"tblTargets": ("threshold", "target", "stretch"), "tblActuals": ("num", "den", "value", "n")}
PLANNED = ("rule", "params")


@cache
def _example() -> dict[str, Any]:
    return tomllib.loads(files("kpi_xl.library").joinpath("example.toml").read_text(encoding="utf-8"))


def example(lang: Lang) -> Content:
    """Inputs of the worked example: a department whose March scores 99.22, grade B."""
    data = _example()
    start = starter(preset(data["preset"]), parse_period(data["period"]), lang)
    settings = {"scheme": data["scheme"], "company": data[f"company_{lang}"], "reporter": data[f"reporter_{lang}"]}
    return {
        **start,
        "tblSettings": [{**row, "value": settings.get(str(row["key"]), row["value"])} for row in start["tblSettings"]],
        "tblPlan": _filled(start["tblPlan"], PLANNED),
        **{table: _filled(start[table], columns) for table, columns in NUMBERS.items()},
    }


def _filled(rows: Rows, columns: tuple[str, ...]) -> Rows:
    return [{**row, **_given(str(row["kpi"]), columns)} for row in rows]


def _given(code: str, columns: tuple[str, ...]) -> Mapping[str, Scalar]:
    row = _example()["rows"].get(code, {})
    return {
        column: float(row[column]) if isinstance(row[column], int) else row[column]
        for column in columns
        if column in row
    }
