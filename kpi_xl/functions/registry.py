"""The worksheet functions by name; each signature is its own row of the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

from kpi_xl.errors import FunctionError
from kpi_xl.functions.blocks import Grid, rows_of
from kpi_xl.functions.cells import shown
from kpi_xl.model.grid import Scalar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a worksheet function, in the order of the signature."""

    name: str
    optional: bool
    default: Scalar


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A worksheet function: what a face needs to offer it."""

    name: str
    function: Callable[..., Grid]
    arguments: tuple[Argument, ...]

    @property
    def signature(self) -> str:
        """``rule, actual, [target]``: the names, optional ones in brackets."""
        return ", ".join(f"[{each.name}]" if each.optional else each.name for each in self.arguments)


_registered: dict[str, FunctionSpec] = {}
REGISTRY: Mapping[str, FunctionSpec] = MappingProxyType(_registered)


def worksheet_function(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Put a function into the registry under its worksheet name."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        arguments = tuple(_argument(parameter) for parameter in signature(function).parameters.values())
        _registered[name] = FunctionSpec(name, function, arguments)  # type: ignore[arg-type]
        return function

    return register


def _argument(parameter: Parameter) -> Argument:
    is_optional = parameter.default is not Parameter.empty
    return Argument(parameter.name, is_optional, parameter.default if is_optional else None)


def find(name: object) -> FunctionSpec:
    """A function by its name, whatever its case.

    Raises
    ------
    FunctionError
        ``E-FUNCTION-UNKNOWN``.
    """
    spec = REGISTRY.get(name.strip().upper()) if isinstance(name, str) else None
    if spec is None:
        raise FunctionError("E-FUNCTION-UNKNOWN", found=shown(name), wanted=", ".join(sorted(REGISTRY)))
    return spec


def call_function(name: object, args: Sequence[Any] = (), named: Mapping[str, Any] | None = None) -> Grid:
    """Call a worksheet function with arguments by position, by name, or both.

    Raises
    ------
    FunctionError
        ``E-FUNCTION-UNKNOWN``, ``E-FUNCTION-ARGUMENTS``.
    """
    spec, named = find(name), named or {}
    by_position = [argument.name for argument in spec.arguments[: len(args)]]
    faults = [
        *(f"{len(args)} > {len(spec.arguments)}" for _ in range(len(args) > len(spec.arguments))),
        *(key for key in named if key not in {argument.name for argument in spec.arguments}),
        *(f"{key} × 2" for key in by_position if key in named),
        *(f"{key}={shown(value)}" for key, value in [*zip(by_position, args, strict=False), *named.items()] if not _fits(value)),
    ]
    given = {*by_position, *named}
    if faults or any(not argument.optional and argument.name not in given for argument in spec.arguments):
        found = "; ".join(faults) or ", ".join(sorted(given)) or "0"
        raise FunctionError("E-FUNCTION-ARGUMENTS", function=spec.name, found=found, wanted=spec.signature)
    return spec.function(*args, **named)


def _fits(argument: object) -> bool:
    try:
        rows_of(argument)
    except ValueError:
        return False
    return True
