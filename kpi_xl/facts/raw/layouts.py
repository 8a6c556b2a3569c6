"""The canonical raw tables as data: columns, types, keys, and the headings that exports give them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, get_args
from unicodedata import normalize

FieldType = Literal["id", "text", "enum", "time", "date", "period", "number", "integer", "bool", "fraction"]
SQL_TYPES: Mapping[str, str] = {
    "id": "VARCHAR", "text": "VARCHAR", "enum": "VARCHAR", "period": "VARCHAR", "time": "TIMESTAMP", "date": "DATE",
    "number": "DOUBLE", "fraction": "DOUBLE", "integer": "BIGINT", "bool": "BOOLEAN",
}  # fmt: skip
TRACE: Mapping[str, str] = {
    "src_load": "BIGINT", "src_file": "VARCHAR", "src_sheet": "VARCHAR", "src_row": "BIGINT", "excluded": "VARCHAR",
}  # fmt: skip
"""Columns that every loaded table has besides its own: where a row is from, and why it does not count."""

UPDATED = "update_time"
_APART = re.compile(r"[\s_\-.·:：*\u00ad\u200b-\u200f\u2060\ufeff]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a canonical table."""

    name: str
    type: FieldType
    zh: str
    en: str
    aliases: tuple[str, ...]
    doubtful: tuple[str, ...] = ()  # headings taken for this column with a warning
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: bool = False  # of an enum: other values are kept
    dimension: bool = False  # a merged cell is filled down
    money: bool = False  # converted to the base currency
    minus: str = ""  # "no": below zero is refused
    zero: str = ""  # "no": zero is refused
    far: bool = False  # values far from the median are flagged
    ends: bool = False  # a period stands for its last day
    flag: bool = False  # yes and no stand for 1 and 0

    @property
    def sql_type(self) -> str:
        """Type of the column in the database."""
        return SQL_TYPES[self.type]

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that means this column."""
        return (self.name, self.zh, self.en, *self.aliases, *self.doubtful)


@dataclass(frozen=True, slots=True)
class Layout:
    """One canonical table."""

    name: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]  # parts that must be there
    soft_key: tuple[str, ...]  # parts that may be blank
    loose_key: tuple[str, ...]  # parts of the key that may be absent; then whole rows are compared
    time: str  # default time column, or ""
    unit: str  # column of the unit, or ""

    @property
    def natural_key(self) -> tuple[str, ...]:
        """Columns that tell two rows apart."""
        return (*self.soft_key, *self.key)

    @property
    def columns(self) -> Mapping[str, str]:
        """SQL type of every canonical column, and of where its rows are from."""
        return {field.name: field.sql_type for field in self.fields} | dict(TRACE)

    def field(self, name: str) -> Field | None:
        """The column of this name."""
        return next((field for field in self.fields if field.name == name), None)


@cache
def layouts() -> Mapping[str, Layout]:
    """Every canonical table by name.

    >>> layouts()["orders"].natural_key, layouts()["orders"].columns["pay_time"]
    (('platform', 'order_id'), 'TIMESTAMP')
    """
    text = files("kpi_xl.library").joinpath("layouts.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: _layout(name, row) for name, row in tomllib.loads(text).items()})


def folded(heading: str) -> str:
    """Heading without what does not matter in telling headings apart.

    >>> folded(" Order_ID ") == folded("ＯＲＤＥＲ ｉｄ")
    True
    """
    return _APART.sub("", normalize("NFKC", heading)).casefold()


def table_named(name: str) -> str | None:
    """Canonical table that a file or a sheet is named after.

    >>> table_named("数据_订单"), table_named("orders_2024-01"), table_named("Sheet1")
    ('orders', 'orders', None)
    """
    plain = re.sub(r"^(数据|data|raw)_?", "", name, flags=re.IGNORECASE)
    names = [found for found in _table_names() if folded(plain).startswith(found)]
    return _table_names()[max(names, key=len)] if names else None


@cache
def _table_names() -> Mapping[str, str]:
    return {folded(word): layout.name for layout in layouts().values() for word in (layout.name, layout.zh, layout.en)}


def _layout(name: str, row: Mapping[str, Any]) -> Layout:
    fields = tuple(_fields(row["columns"]))
    key = tuple(part.rstrip("~") for part in row["key"] if not part.endswith("?"))
    soft, loose = (tuple(part.rstrip(mark) for part in row["key"] if part.endswith(mark)) for mark in "?~")
    return Layout(name, row["zh"], row["en"], fields, key, soft, loose, row["time"], row["unit"])


def _fields(columns: Mapping[str, Mapping[str, Any]]) -> Iterator[Field]:
    for name, found in columns.items():
        row = dict(found)
        if row["type"] not in get_args(FieldType):
            raise ValueError(row["type"])
        values = {code: tuple(words) for code, words in row.pop("values", {}).items()}
        aliases, doubtful = (tuple(row.pop(part, ())) for part in ("aliases", "doubtful"))
        yield Field(name=name, values=MappingProxyType(values), aliases=aliases, doubtful=doubtful, **row)
    yield Field(UPDATED, "time", "更新时间", "Update time", ("修改时间", "最后修改时间", "last modified"))
