"""The registry of worksheet functions: each is one Python function, and its signature is the registry row."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_type_hints

from kpi_xl.functions.cells import Cell, Grid

if TYPE_CHECKING:
    from kpi_xl.labels import Lang

LONGEST_HELP = 255
"""Characters that Excel's function wizard shows."""

Function = Callable[..., Grid]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its name in Python, the key of its help, and what stands for it when it is left out."""

    name: str
    help_key: str
    optional: bool
    default: Cell

    def help(self, lang: Lang) -> str:
        """What to put in, in one line."""
        return _help(self.help_key, lang)


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One worksheet function, from which every face derives its own wrapper.

    A book query has the tables of its book before the arguments that a cell gives.
    """

    name: str
    function: Function
    arguments: tuple[Argument, ...]
    reads_book: bool = False

    def summary(self, lang: Lang) -> str:
        """What the function returns, in at most `LONGEST_HELP` characters."""
        return _help(self.name, lang)


def _help(key: str, lang: Lang) -> str:
    from kpi_xl.labels import label  # a fifth of the import time, which Excel's first cell would wait for

    return label("functions", key, lang)


REGISTRY: dict[str, FunctionSpec] = {}
"""Every worksheet function by its name in Excel, filled as the modules of this package are imported."""


def worksheet_function(name: str) -> Callable[[Function], Function]:
    """Register a function under its name in Excel; ``Annotated`` carries the key of each argument's help."""

    def register(function: Function) -> Function:
        REGISTRY[name] = FunctionSpec(name, function, arguments_of(function))
        return function

    return register


def arguments_of(function: Function) -> tuple[Argument, ...]:
    """What a cell gives to a function: its annotated parameters, in order."""
    hints = get_type_hints(function, include_extras=True)
    parameters = inspect.signature(function).parameters.values()
    return tuple(_argument(each, hints[each.name]) for each in parameters if hasattr(hints[each.name], "__metadata__"))


def _argument(parameter: inspect.Parameter, hint: object) -> Argument:
    (help_key,) = getattr(hint, "__metadata__")  # noqa: B009 - only Annotated types have it, and mypy does not know
    optional = parameter.default is not inspect.Parameter.empty
    return Argument(parameter.name, help_key, optional, parameter.default if optional else None)
