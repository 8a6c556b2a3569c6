"""The shipped indicators and ready-made scorecards, in Chinese and English.

The texts and tags live in two data files beside this one; nothing here computes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

__all__ = ["IndicatorEntry", "Preset", "indicators", "preset", "presets"]


@dataclass(frozen=True, slots=True)
class IndicatorEntry:
    """One indicator of the library: what it measures and how it adds up."""

    code: str
    zh: str
    en: str
    perspective: Literal["F", "U", "O"]  # finance, users, operations
    unit: str
    unit_en: str
    decimals: int  # of the displayed number; a % value is stored as a fraction
    digits: int  # at which two values are compared
    factor: int  # value = factor * num / den
    direction: Literal["up", "down", "range"]
    agg_time: str
    agg_unit: str
    variant: str  # "" where the aggregation type says it all
    min_n: int  # sample size below which there is no score
    undefined_den: bool  # a denominator <= 0 means missing, not a data error
    frequency: Literal["M", "Q"]
    nature: Literal["P", "R"]  # process, result
    scope: Literal["I", "E"]  # internal, external
    horizon: Literal["S", "M", "L"]  # short, medium, long
    rule: str
    deck: str  # where the indicator comes from
    owner_zh: str
    owner_en: str
    source_zh: str
    source_en: str
    definition_zh: str
    definition_en: str
    traps_zh: str
    traps_en: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made scorecard: indicators in order, each with its weight."""

    id: str
    zh: str
    en: str
    description_zh: str
    description_en: str
    percent: Mapping[str, int]  # whole percent by indicator code, summing to 100

    @property
    def weights(self) -> Mapping[str, float]:
        """Weight of each indicator as a fraction, in the scorecard's order."""
        return {code: points / 100 for code, points in self.percent.items()}


@cache
def indicators() -> Mapping[str, IndicatorEntry]:
    """Every indicator of the library by code, in reading order.

    Returns
    -------
    entries : (67,)
        Read-only; the same object at every call.

    >>> indicators()["GPM"].en
    'Gross margin'
    """
    return MappingProxyType(
        {code: IndicatorEntry(code=code, **row) for code, row in _tables("indicators.toml").items()}
    )


@cache
def presets() -> Mapping[str, Preset]:
    """Every ready-made scorecard by id: business models first, then functions.

    Returns
    -------
    presets : (9,)
        Read-only; the same object at every call.
    """
    return MappingProxyType({name: _preset(name, row) for name, row in _tables("presets.toml").items()})


def preset(name: str) -> Preset:
    """Scorecard with this id or Chinese name, in upper or lower case.

    Raises
    ------
    KeyError
        No scorecard has that id or name.

    >>> preset("平台运营").id, preset("b2c").id
    ('PLATFORM', 'B2C')
    """
    wanted = name.strip().casefold()
    for found in presets().values():
        if wanted in (found.id.casefold(), found.zh.casefold()):
            return found
    raise KeyError(name)


def _preset(name: str, row: Mapping[str, Any]) -> Preset:
    return Preset(**{**row, "id": name, "percent": MappingProxyType(row["percent"])})


def _tables(file: str) -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files(__name__).joinpath(file).read_text(encoding="utf-8"))
