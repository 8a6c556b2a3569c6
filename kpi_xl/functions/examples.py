"""Example calls of the worksheet functions: what the catalogue shows, executed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from kpi_xl.functions.cells import Grid

Call = Sequence[Grid]


@cache
def examples() -> Mapping[str, Sequence[Call]]:
    """Arguments of every example call, by name of function; "" is an argument left out.

    >>> examples()["KPI_ROUND"][0]
    [1.005, 2]
    """
    text = files("kpi_xl.library").joinpath("calls.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def formula(name: str, arguments: Call) -> str:
    """A call as it is typed into a cell.

    >>> formula("KPI_SCORE", ["RATIO", [[5.4], ["—"]], 5, "", "cap=120"])
    '=KPI_SCORE("RATIO",{5.4;"—"},5,,"cap=120")'
    """
    return f"={name}({','.join(map(_typed, arguments))})"


def _typed(argument: Grid) -> str:
    if argument == "":
        return ""
    if isinstance(argument, str):
        return '"' + argument.replace('"', '""') + '"'
    if isinstance(argument, Sequence):
        rows = [row if isinstance(row, Sequence) and not isinstance(row, str) else [row] for row in argument]
        return "{" + ";".join(",".join(map(_typed, row)) for row in rows) + "}"
    return f"{argument:.15g}"
