"""Params of a rule in a cell: read once, with the grid of equality that their numbers allow."""

from __future__ import annotations

from functools import lru_cache

from kpi_xl.errors import FunctionError
from kpi_xl.model.params import Params, Problem, number, parse_params

Anchors = tuple[float | None, float | None, float | None]
"""Target, threshold and stretch."""

GRIDS = ((1e5, 9), (1e11, 4))
"""Digits of equality by the size of the largest number: a float has no half grid of nine digits around a billion."""

OF_THE_NAME = frozenset(("E-RULE-UNKNOWN",))
"""Problems of the rule's name; every other is one of its configuration."""


@lru_cache(maxsize=1024)
def params_of(text: str) -> Params:
    """Params as typed."""
    return parse_params(text)


def grid_of(text: str, actual_size: float, anchors: Anchors) -> int:
    """Digits at which numbers of this size are told apart."""
    largest = max(actual_size, _largest(text), *(abs(value or 0.0) for value in anchors))
    return next((digits for limit, digits in GRIDS if largest < limit), 0)


def given(anchors: Anchors) -> frozenset[str]:
    """Letters of the anchors that are there."""
    return frozenset(letter for letter, value in zip("TBS", anchors, strict=True) if value is not None)


def unusable(rule: str, problem: Problem) -> FunctionError:
    """What a cell says when its rule cannot score."""
    facts = {"rule": rule, **problem.args}
    if problem.code in OF_THE_NAME:
        return FunctionError(problem.code, **facts)
    return config_error(problem.code, **facts)


def config_error(problem: str, **facts: object) -> FunctionError:
    """A rule or its anchors that cannot score, with the problem that says why."""
    return FunctionError("CONFIG_ERROR", problem=problem, **facts)


@lru_cache(maxsize=1024)
def _largest(text: str) -> float:
    """Size of the largest number among params."""
    parts = (part for value in params_of(text).texts.values() for part in value.replace(":", ",").split(","))
    sizes = (abs(value) for value in map(number, parts) if value is not None)
    return max((size for size in sizes if size < 1e100), default=0.0)
