"""What a cell's text means in a column of each type; plain spellings in SQL, all others once each in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from unicodedata import normalize

from kpi_xl.facts.raw.layouts import Field
from kpi_xl.facts.raw.sources import LoadSettings, Source
from kpi_xl.model.dates import ParsedDate, parse_date
from kpi_xl.model.numbers import LETTER_POWERS, POWERS, RATES, parse_number
from kpi_xl.model.periods import Period
from kpi_xl.model.typed_text import NOTHING, clean, is_error_value, is_nothing

_NOTHING_SQL: Final = ", ".join(f"'{word}'" for word in sorted(NOTHING) if word.isascii() and word)
_DAY: Final = "(?:19|20|21)[0-9]{2}%s(?:0?[1-9]|1[0-2])%s[0-9]{1,2}"
_HOUR: Final = r"(?: (?:[01]?[0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?"
_PLAIN_TIME: Final = "(?:" + _DAY % ("-", "-") + "|" + _DAY % ("/", "/") + ")" + _HOUR
_PLAIN_NUMBER: Final = r"-?[0-9]{1,15}(?:\.[0-9]{1,17})?"
_PLAIN_ID: Final = "[0-9A-Za-z_#][0-9A-Za-z_#:-]*"
_PLAIN_TEXT: Final = r'[!"$-&(-.0-~\x{4e00}-\x{9fa5}][!-~\x{4e00}-\x{9fa5}]*(?: [!-~\x{4e00}-\x{9fa5}]+)*'
MOST: Final = 1e18
"""Whole numbers from here on do not fit into their column."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+")
_ZERO_TAIL = re.compile(r"([0-9]+)\.0+")
_OFFSET = re.compile(r"(.*[0-9]:[0-9]{2}(?:\.[0-9]+)?) ?(z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})")
_OWN_SCALE = re.compile("[" + "".join({*"".join(POWERS), *RATES, "元"}) + "]|[0-9] ?[" + "".join(LETTER_POWERS) + "]")
_YES = frozenset(("true", "yes", "y", "t", "1", "是", "有", "√", "✓", "对"))
_NO = frozenset(("false", "no", "n", "f", "0", "否", "没有", "×", "✗", "错"))


@dataclass(frozen=True, slots=True)
class Meant:
    """One spelling: its value, or the code that says why there is none.

    `own` says that it carries its own unit; a moment with its own offset is in UTC.
    """

    spelling: str
    value: object = None
    code: str = "OK"
    warnings: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What the readers of cells need to know beside the cell."""

    field: Field
    source: Source
    settings: LoadSettings
    uses_1904: bool
    table: str


def plain(field: Field, column: str) -> str:
    """SQL that reads the plain spellings of a column, and gives NULL for all that need a closer look."""
    match field.type:
        case "number" | "fraction" | "integer":
            return f"CASE WHEN regexp_full_match({column}, '{_PLAIN_NUMBER}') THEN CAST({column} AS DOUBLE) + 0.0 END"
        case "time" | "date":
            kind = field.sql_type
            return f"CASE WHEN regexp_full_match({column}, '{_PLAIN_TIME}') THEN TRY_CAST({column} AS {kind}) END"
        case "id" | "text":
            form = _PLAIN_ID if field.type == "id" else _PLAIN_TEXT
            return (f"CASE WHEN regexp_full_match({column}, '{form}') AND lower({column}) NOT IN ({_NOTHING_SQL}) "
                    f"THEN {column} END")  # fmt: skip
        case _:
            return f"CAST(NULL AS {field.sql_type})"


def bare(field: Field, column: str) -> str:
    """SQL that reads a column in which only plain spellings stand, or cells of its own type."""
    match field.type:
        case "number" | "fraction" | "integer":
            return f"TRY_CAST({column} AS DOUBLE) + 0.0"
        case "time" | "date" | "bool":
            return f"TRY_CAST({column} AS {field.sql_type})"
        case "id" | "text":
            return column
        case _:
            return f"CAST(NULL AS {field.sql_type})"


def meant(spellings: Iterable[str], reading: Reading) -> list[Meant]:
    """What each spelling means in a column."""
    read = _READERS[reading.field.type]
    return [read(spelling, reading) for spelling in spellings]


def plain_text(text: str) -> str:
    """Text without what nobody sees: compatible forms, single spaces, no apostrophe before it.

    >>> plain_text("\u3000'ＡＢ　１\u200b ")
    'AB 1'
    """
    return " ".join(_INVISIBLE.sub("", normalize("NFKC", text)).split()).lstrip("'").strip()


def _number(spelling: str, reading: Reading) -> Meant:
    found = parse_number(spelling)
    own = found.value is not None and bool(_OWN_SCALE.search(clean(spelling)))
    return Meant(spelling, found.value, found.code, found.warnings, own)


def _integer(spelling: str, reading: Reading) -> Meant:
    if reading.field.flag and (answer := _yes_or_no(spelling)) is not None:
        return Meant(spelling, float(answer))
    found = _number(spelling, reading)
    is_whole = not isinstance(found.value, float) or (found.value.is_integer() and abs(found.value) < MOST)
    return found if is_whole else Meant(spelling, None, "BAD_NUMBER")


def _moment(spelling: str, reading: Reading) -> Meant:
    offset = _OFFSET.fullmatch(clean(spelling))
    found = _dated(offset[1] if offset else spelling, reading)
    if isinstance(found.value, Period):
        return Meant(spelling, None, "BAD_DATE")
    value = found.value - _away(offset[2]) if offset and found.value else found.value
    return Meant(spelling, value, found.code, found.warnings, own=offset is not None)


def _away(offset: str) -> timedelta:
    """How far a moment that names its own offset is from UTC."""
    digits = offset.replace(":", "") if offset[0] in "+-" else "+0000"
    return timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5])) * (-1 if digits[0] == "-" else 1)


def _day(spelling: str, reading: Reading) -> Meant:
    offset = _OFFSET.fullmatch(clean(spelling))
    found = _dated(offset[1] if offset else spelling, reading)
    if isinstance(found.value, Period):
        value = found.value.end if reading.field.ends else None
        return Meant(spelling, value, "OK" if value else "BAD_DATE", found.warnings)
    return Meant(spelling, found.value and found.value.date(), found.code, found.warnings)


def _dated(text: str, reading: Reading, is_period_column: bool = False) -> ParsedDate:
    return parse_date(text, reading.settings.base_year, is_period_column, reading.uses_1904, reading.source.day_first)


def _period(spelling: str, reading: Reading) -> Meant:
    found = _dated(spelling, reading, is_period_column=True)
    value = found.value
    if isinstance(value, date):
        value = Period(value.year, "M", value.month)
    return Meant(spelling, None if value is None else str(value), found.code, found.warnings)


def _identifier(spelling: str, reading: Reading) -> Meant:
    text = plain_text(spelling)
    if is_nothing(text.lower()):
        return Meant(spelling, None, "MISSING")
    if is_error_value(text.lower()):
        return Meant(spelling, None, "EXCEL_ERROR")
    if _EXPONENT.fullmatch(text):
        return Meant(spelling, None, "ID_PRECISION_LOST")
    whole = _ZERO_TAIL.fullmatch(text)
    return Meant(spelling, whole[1] if whole else text)


def _text(spelling: str, reading: Reading) -> Meant:
    text = plain_text(spelling)
    if is_nothing(text.lower()):
        return Meant(spelling, None, "MISSING")
    return Meant(spelling, None, "EXCEL_ERROR") if is_error_value(text.lower()) else Meant(spelling, text)


def _choice(spelling: str, reading: Reading) -> Meant:
    found = _text(spelling, reading)
    if found.value is None:
        return found
    text = str(found.value)
    codes = _codes(reading)
    code = codes.get(text.casefold()) or (text if reading.field.open else None)
    return Meant(spelling, code, "OK" if code else "BAD_ENUM")


def _codes(reading: Reading) -> Mapping[str, str]:
    codes = {word.casefold(): code for code, words in reading.field.values.items() for word in (code, *words)}
    start = f"{reading.table}.{reading.field.name}."
    added = {key.removeprefix(start).casefold(): code for key, code in reading.settings.enums.items()
             if key.startswith(start)}  # fmt: skip
    return codes | added


def _yes_or_no(spelling: str) -> bool | None:
    text = clean(spelling).removesuffix(".0")
    return text in _YES if text in _YES | _NO else None


def _truth(spelling: str, reading: Reading) -> Meant:
    answer = _yes_or_no(spelling)
    if answer is not None:
        return Meant(spelling, answer)
    found = _text(spelling, reading)
    return found if found.value is None else Meant(spelling, None, "BAD_TYPE")


_READERS: Mapping[str, Callable[[str, Reading], Meant]] = {
    "number": _number, "fraction": _number, "integer": _integer, "time": _moment, "date": _day, "period": _period,
    "id": _identifier, "text": _text, "enum": _choice, "bool": _truth,
}  # fmt: skip
