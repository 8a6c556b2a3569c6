"""The grammar of numbers as people type them: 1.2万, 12.5%, ¥1,234.50, (1,234), 1万2千, 30 单."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Literal, TypeAlias

from kpi_xl.model.typed_text import clean, is_error_value, is_nothing

NumberCode = Literal["OK", "MISSING", "BAD_NUMBER", "BAD_TYPE", "EXCEL_ERROR", "NON_FINITE"]
NumberWarning = Literal["FOREIGN_CURRENCY", "SPACED_DIGITS"]
Typed: TypeAlias = str | float | bool | date | None
"""A cell as a host hands it over."""

POWERS = {
    "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7,
    "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
"""Power of ten of every multiplier that may stand in a compound such as 1亿2千万."""

LETTER_POWERS = {"k": 3, "w": 4}
MILLION = {"m": 6}
"""Off unless asked for: m also stands for minutes and metres."""

RATES = {"%": -2, "‰": -3}
HOME_CURRENCY = ("¥", "rmb", "cny", "人民币")
FOREIGN_CURRENCY = ("us$", "hk$", "$", "€", "£", "usd", "hkd", "eur", "gbp", "jpy")
UNITS = (
    "元", "块", "单", "笔", "人", "人次", "名", "位", "户", "家", "次", "件", "个", "条", "份", "台", "套", "箱",
    "包", "张", "页", "篇", "场", "项", "种", "款", "倍", "分", "个月", "天", "小时", "分钟", "秒",
    "yuan", "orders", "people", "times", "items", "pcs", "days", "hours", "minutes", "seconds",
)  # fmt: skip
FOREIGN_UNITS = ("美元", "港元", "欧元", "英镑", "日元")
"""年 月 日 are no units: 2024年 is a period and no quantity."""

_BOOLEANS = frozenset(("true", "false"))
_NON_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)")
# A group never starts with a zero: 0,123 is a decimal comma, and none of ours.
_DIGITS = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_PARENTHESES = re.compile(r"(?P<before>[^()0-9.,]*)\((?P<inside>[^()]+)\)(?P<after>[^()0-9.,]*)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A number as typed: its value when `code` is OK, and what was taken for granted in reading it."""

    value: float | None
    code: NumberCode = "OK"
    warnings: tuple[NumberWarning, ...] = ()


def parse_number(text: Typed, *, has_millions: bool = False) -> Parsed:
    """Number of a cell, or the code that says why there is none; never raises.

    Parameters
    ----------
    text : str, float, bool, date or None
        The cell; numbers pass through, booleans and dates are ``BAD_TYPE``.
    has_millions : bool
        Whether a suffix m means a million.

    Returns
    -------
    Parsed
        The double nearest to the decimal number that is written.

    >>> parse_number("1.2万").value, parse_number("(12.5%)").value, parse_number("1,2345").code
    (12000.0, -0.125, 'BAD_NUMBER')
    """
    if isinstance(text, str):
        return _of_text(clean(text), _LONG if has_millions else _SHORT)
    if text is None:
        return Parsed(None, "MISSING")
    if isinstance(text, (bool, date)):
        return Parsed(None, "BAD_TYPE")
    try:
        return _finite(float(text))
    except OverflowError:
        return Parsed(None, "NON_FINITE")


def _of_text(cleaned: str, grammar: re.Pattern[str]) -> Parsed:
    if is_nothing(cleaned):
        return Parsed(None, "MISSING")
    if is_error_value(cleaned):
        return Parsed(None, "EXCEL_ERROR")
    if cleaned in _BOOLEANS:
        return Parsed(None, "BAD_TYPE")
    if _NON_FINITE.fullmatch(cleaned):
        return Parsed(None, "NON_FINITE")
    enclosed = _PARENTHESES.fullmatch(cleaned)
    match = grammar.fullmatch("".join(enclosed.groups()) if enclosed else cleaned)
    signs = [] if match is None else [match[name] for name in ("sign", "inner_sign") if match[name]]
    if match is None or len(signs) + (enclosed is not None) > 1 or (match["rate"] and match["currency"]):
        return Parsed(None, "BAD_NUMBER")
    size = _compound(match["compound"]) if match["compound"] else _single(match)
    if size is None:
        return Parsed(None, "BAD_NUMBER")
    # The exponent is written, not multiplied: 12.5% is the double of 0.125 and not the half of another.
    exact = Decimal(f"{size}e{RATES.get(match['rate'], 0)}") if isinstance(size, int) else size
    return _finite(float(-exact if enclosed or "-" in signs else exact), exact, _warnings(match))


def _finite(value: float, exact: Decimal | None = None, warnings: tuple[NumberWarning, ...] = ()) -> Parsed:
    """The number unless no double holds it; a figure that is too small for one is not zero either."""
    if not isfinite(value) or (value == 0 and exact):
        return Parsed(None, "NON_FINITE")
    return Parsed(value + 0.0, "OK", warnings)      # -0.0 becomes 0.0
