"""Which formulas lean on something that does not travel with the file: an add-in, a macro, another workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpi_xl.hosts.publishing.native_functions import NATIVE_FUNCTIONS

_INSIDE_BRACKETS = r"(?:[^\[\]']|'.)*"
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<quoted>'(?:[^']|'')*'!)"
    rf"|(?P<bracket>\[(?:[^\[\]']|'.|\[{_INSIDE_BRACKETS}\])*\])(?P<after>[^\s\[\]!'\"()+\-*/^&=<>,;:{{}}]*!)?"
    r"|(?P<call>[^\W\d][\w.\\]*)\s*\("
    r"|(?P<name>(?:[^\W\d]|\\)[\w.\\]*)(?P<sheet>!)?"
)
_TRAVELS = ("_XLFN.", "_XLWS.", "_XLPM.")
_PATH = re.compile(r"[\[\\/]|\.xl\w*'!$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inside:
    """What a published book has, beyond the functions of Excel; all names casefolded."""

    lost_sheets: frozenset[str] = frozenset()
    lost_names: frozenset[str] = frozenset()
    lambdas: frozenset[str] = frozenset()       # defined names that may be called


def leans_outside(formula: str, inside: Inside) -> bool:
    """Whether a formula cannot be recalculated from the published file alone.

    >>> leans_outside("SUM(A1:A3)*表[单价(元)]", Inside()), leans_outside("KPI_SCORE(A1)", Inside())
    (False, True)
    """
    follows_name, end = False, 0
    for match in _TOKEN.finditer(formula):
        if _is_outside(match, inside, follows_name=follows_name and match.start() == end):
            return True
        follows_name, end = match["name"] is not None, match.end()
    return False


def _is_outside(match: re.Match[str], inside: Inside, *, follows_name: bool) -> bool:
    kind = match.lastgroup
    if match["quoted"]:
        return bool(_PATH.search(match["quoted"])) or _unquoted(match["quoted"]) in inside.lost_sheets
    if match["bracket"]:
        return bool(match["after"]) and not follows_name
    if match["call"]:
        return not _travels(match["call"], inside)
    if match["name"]:
        lost = inside.lost_sheets if kind == "sheet" else inside.lost_names
        return match["name"].casefold() in lost
    return False


def _travels(function: str, inside: Inside) -> bool:
    name = function.upper()
    return name in NATIVE_FUNCTIONS or name.startswith(_TRAVELS) or function.casefold() in inside.lambdas


def _unquoted(reference: str) -> str:
    return reference[1:-2].replace("''", "'").casefold()


def outside_names(definitions: Mapping[str, str], lost_sheets: Iterable[str]) -> Inside:
    """What a book with these defined names loses when it travels.

    A name goes with what it leans on, and so does every name that leans on it.
    """
    lambdas = frozenset(name.casefold() for name, text in definitions.items() if text.startswith("_xlfn.LAMBDA("))
    inside = Inside(frozenset(name.casefold() for name in lost_sheets), frozenset(), lambdas)
    while True:
        lost = frozenset(
            name.casefold() for name, text in definitions.items() if "#REF!" in text or leans_outside(text, inside)
        )
        if lost == inside.lost_names:
            return inside
        inside = Inside(inside.lost_sheets, lost, lambdas - lost)
