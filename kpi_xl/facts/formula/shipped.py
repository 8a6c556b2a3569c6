"""The formulas of the shipped indicators, and the settings they name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from kpi_xl.facts.formula.measure import Formulas, Rules
from kpi_xl.library import indicators

FIELDS = ("num", "den", "n", "time", "unit", "filter")
_SHARED = ("settings", "counted")


def shipped(variants: Mapping[str, str] | None = None) -> tuple[Formulas, ...]:
    """Formulas of every shipped indicator.

    Parameters
    ----------
    variants
        By code, another way of counting than the usual one: ``{"CVR": "daily_visitors"}``.

    Raises
    ------
    KeyError
        An indicator has no variant of that name.
    """
    chosen = variants or {}
    return tuple(_formulas(code, row, chosen.get(code, "")) for code, row in _rows().items() if code not in _SHARED)


def shipped_rules() -> Rules:
    """Settings that the shipped formulas name, and which rows of each table count."""
    rows = _rows()
    settings = {name: tuple(each) if isinstance(each, list) else each for name, each in rows["settings"].items()}
    return Rules(MappingProxyType(settings), MappingProxyType(dict(rows["counted"])))


def variants_of(code: str) -> tuple[str, ...]:
    """Names of the other ways of counting an indicator."""
    return tuple(_rows()[code].get("variants", {}))


def _formulas(code: str, row: Mapping[str, Any], variant: str) -> Formulas:
    given = {**row, **(row["variants"][variant] if variant else {})}
    texts = {name: str(given.get(name, "")) for name in FIELDS}
    return Formulas(kpi=code, factor=float(indicators()[code].factor), **texts)


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    text = files("kpi_xl.library").joinpath("formulas.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))
