"""The grammar of numbers as people type them: 1.2万, 12.5%, ¥1,234.50, (1,234), 1万2千, 30 单."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Literal, TypeAlias

from kpi_xl.model.typed_text import clean, is_boolean, is_error_value, is_nothing

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

_ALL_POWERS = POWERS | LETTER_POWERS | MILLION
_FOREIGN_AFTER = FOREIGN_CURRENCY + FOREIGN_UNITS
_NON_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)")
# A group never starts with a zero: 0,123 is a decimal comma, and none of ours.
_DIGITS = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_PART = re.compile("([0-9]+) ?([十百千万亿]*)")
_PARENTHESES = re.compile(r"(?P<before>[^()0-9.,]*)\((?P<inside>[^()]+)\)(?P<after>[^()0-9.,]*)")


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"


def _grammar(letters: Mapping[str, int]) -> re.Pattern[str]:
    """The whole grammar, with these letters as multipliers; cleaned text matches in full or is no number."""
    currency, unit = _any(HOME_CURRENCY + FOREIGN_CURRENCY), _any(UNITS + HOME_CURRENCY + _FOREIGN_AFTER)
    multiplier, part = _any([*POWERS, *letters]), f"[0-9]{{1,12}} ?{_any(POWERS)}"
    single = rf"(?P<digits>{_DIGITS})(?P<exponent>e[+-]?[0-9]{{1,4}})?(?: ?(?P<multiplier>{multiplier}))?"
    return re.compile(
        rf"(?P<sign>[+-])? ?(?P<currency>{currency})? ?(?P<inner_sign>[+-])? ?"
        rf"(?:{single}|(?P<compound>{part}(?: ?{part})*[0-9]{{0,12}}))"
        rf"(?: ?(?P<rate>{_any(RATES)})| ?(?P<unit>{unit}))?"
    )


_SHORT, _LONG = _grammar(LETTER_POWERS), _grammar(LETTER_POWERS | MILLION)


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
        The double nearest to the decimal number that is written; a percentage as its fraction.

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
    if is_boolean(cleaned):
        return Parsed(None, "BAD_TYPE")
    if _NON_FINITE.fullmatch(cleaned):
        return Parsed(None, "NON_FINITE")
    return _amount(cleaned, grammar)


def _amount(cleaned: str, grammar: re.Pattern[str]) -> Parsed:
    enclosed = _PARENTHESES.fullmatch(cleaned)
    match = grammar.fullmatch("".join(map(str.strip, enclosed.groups())) if enclosed else cleaned)
    size = _size(match) if match else None
    if match is None or size is None or (match["currency"] and match["rate"]):
        return Parsed(None, "BAD_NUMBER")
    signs = [match["sign"], match["inner_sign"], "-" if enclosed else None]
    if len([sign for sign in signs if sign]) > 1:
        return Parsed(None, "BAD_NUMBER")
    signed = size.copy_negate() if "-" in signs else size      # unary minus would round to 28 digits
    return _finite(float(signed), not size, tuple(_warnings(match)))


def _size(match: re.Match[str]) -> Decimal | None:
    """The number without its sign; powers of ten are written, not multiplied, so that nothing is rounded."""
    power = RATES.get(match["rate"], 0)
    if match["compound"]:
        total = _compound(match["compound"])
        return None if total is None else Decimal(f"{total}e{power}")
    power += int((match["exponent"] or "e0")[1:])
    power += _ALL_POWERS.get(match["multiplier"], 0)
    return Decimal(f"{re.sub('[, ]', '', match['digits'])}e{power}")


def _compound(text: str) -> int | None:
    """Sum of parts, each smaller than the multiplier before it; a part without one fills all its places.

    Nobody can tell whether 1万2 is 12000 or 10002, so that is None; 1万2000 is a number.
    """
    total, above = 0, 99
    for digits, word in _PART.findall(text):
        power = POWERS[word] if word else 0
        if len(digits) + power > above or (not word and len(digits) != above):
            return None
        total, above = total + int(digits) * 10**power, power
    return total


def _finite(value: float, is_zero: bool = True, warnings: tuple[NumberWarning, ...] = ()) -> Parsed:
    """The number unless no double holds it; a figure too small for one is not zero."""
    if not isfinite(value) or (value == 0 and not is_zero):
        return Parsed(None, "NON_FINITE")
    return Parsed(value + 0.0, "OK", warnings)          # -0.0 becomes 0.0


def _warnings(match: re.Match[str]) -> Iterator[NumberWarning]:
    if match["currency"] in FOREIGN_CURRENCY or match["unit"] in _FOREIGN_AFTER:
        yield "FOREIGN_CURRENCY"
    if " " in (match["digits"] or ""):
        yield "SPACED_DIGITS"
