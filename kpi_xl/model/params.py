"""The grammar of rule params: ``key=value; key=value``, lists with commas, pairs with colons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

UNLIMITED = 1e300
"""Stands for "no cap": larger than any score, still a number a cell can hold."""

_FULL_WIDTH = str.maketrans("；＝：，％＜＞", ";=:,%<>")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?")
_KEY = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in a rule, with a stable code and its facts; the caller knows the cell."""

    code: str
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Params:
    """Params as typed: text by key; `problems` lists what the grammar could not take."""

    texts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def parse_params(text: str) -> Params:
    """Params of a rule.

    >>> parse_params("unit=0.01; dn=2").texts
    {'unit': '0.01', 'dn': '2'}
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for part in text.translate(_FULL_WIDTH).split(";"):
        if not part.strip():
            continue
        key, equals, value = (piece.strip() for piece in part.partition("="))
        key = key.casefold()
        if not equals or not value or not _KEY.fullmatch(key):
            problems.append(Problem("E-PARAM-SYNTAX", {"found": part.strip()}))
        elif key in found:
            problems.append(Problem("E-PARAM-DUPLICATE", {"param": key}))
        else:
            found[key] = value
    return Params(found, tuple(problems))


def number(text: str) -> float | None:
    """A number as params write it: ``21``, ``-1.5``, ``3.5%``, ``1e6``; None when it is none.

    >>> number("3.5%"), number("none"), number("abc")
    (0.035, 1e+300, None)
    """
    word = text.strip()
    if word.casefold() in ("none", "inf"):
        return UNLIMITED
    if not _NUMBER.fullmatch(word):
        return None
    value = float(word.rstrip("%"))
    if word.endswith("%"):
        value = value / 100 if "e" in word.casefold() else float(f"{word[:-1]}e-2")
    return value if isfinite(value) else None


def pairs(text: str) -> tuple[tuple[str, str], ...] | None:
    """``a:b,c:d`` as pairs of texts; None when a pair lacks its colon."""
    split = [tuple(side.strip() for side in part.partition(":")[::2]) for part in text.split(",")]
    return tuple((left, right) for left, right in split) if all(":" in part for part in text.split(",")) else None
