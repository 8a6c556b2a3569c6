"""What one method makes of one template: weights, or why there are none, and how far they are to be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kpi_xl.errors import MethodError
from kpi_xl.model.issue import Issue
from kpi_xl.model.params import Problem

State = Literal["OK", "INCONSISTENT", "ADVISORY", "INSUFFICIENT", "NO_INPUT", "CONFIG_ERROR"]
"""Usable · from comparisons that contradict each other · advice by its nature · advice only, for lack of data · nothing
stated yet · stated wrongly, or impossible."""
Sign = Literal["✓", "▲", "✗", "·"]
SIGNS: Mapping[str, Sign] = {"E": "✗", "W": "▲", "I": "·"}


@dataclass(frozen=True, slots=True)
class Told:
    """A problem, and what it is about: an indicator, a matrix, an expert."""

    problem: Problem
    about: str = ""

    @property
    def sign(self) -> Sign:
        """From the first letter of its code; a code without a letter in front is an error."""
        return SIGNS.get(self.problem.code[0], "✗") if self.problem.code[1:2] == "-" else "✗"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a diagnosis: its name in labels/weights.toml, what was found, and the limit where there is one."""

    name: str
    found: float
    limit: float | None = None
    about: str = ""
    sign: Sign = "·"
    facts: Mapping[str, object] | None = None                   # of its sentence, where it has one


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one method for one template; weights are in the order of the card."""

    method: str
    state: State
    weights: tuple[float, ...] | None = None
    told: tuple[Told, ...] = ()
    measures: tuple[Measure, ...] = ()
    faults: tuple[Issue, ...] = ()      # where comparisons contradict each other beyond their limit
    cr: float | None = None             # the largest consistency ratio of the comparisons it rests on


def attempted(method: str, work: Callable[[], Finding]) -> Finding:
    """A finding, or the reason why the method has none."""
    try:
        return work()
    except MethodError as failure:
        return Finding(method, "CONFIG_ERROR", told=(Told(Problem(failure.code, failure.args_by_name)),))


def missing(method: str, where: str) -> Finding:
    """Nothing was stated for this method."""
    return Finding(method, "NO_INPUT", told=(Told(Problem("I-WEIGHING-EMPTY", {"table": where})),))


def partial(method: str, kpis: Iterable[str]) -> Finding:
    """Something was stated, but not for every indicator."""
    return Finding(method, "CONFIG_ERROR", told=(Told(Problem("E-WEIGHING-PART", {"found": ", ".join(kpis)})),))


def told(
    problems: Iterable[Problem], names: Sequence[str], others: Mapping[str, Sequence[str]] | None = None
) -> tuple[Told, ...]:
    """Problems with the names of what their 1-based numbers stand for.

    Parameters
    ----------
    names
        Of the indicators, which ``column`` and ``position`` count.
    others
        Names by argument, where it counts something else.
    """
    by_argument = {"column": names, "position": names, **(others or {})}
    return tuple(Told(problem, _about(problem, by_argument)) for problem in problems)


def _about(problem: Problem, names: Mapping[str, Sequence[str]]) -> str:
    found = []
    for argument, known in names.items():
        number = problem.args.get(argument)
        if isinstance(number, int) and 1 <= number <= len(known):
            found.append(known[number - 1])
    return ", ".join(dict.fromkeys(found))
