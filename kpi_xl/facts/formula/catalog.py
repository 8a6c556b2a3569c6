"""What a formula may speak of: tables, their columns and kinds, and which row of another table a row belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kpi_xl.facts.raw.layouts import layouts


class Kind(StrEnum):
    """What the values of a column are."""

    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    TRUTH = "truth"
    MONTH = "month"                     # the code of a period, as text: 2024-01


class Silence(StrEnum):
    """What it means that a table has no row."""

    NONE_HAPPENED = "none happened"     # every event leaves a row: no row, no event
    NOT_READ = "not read"               # rows are readings: no row of a unit in a period, no reading
    NOT_STATED = "not stated"           # each figure has its row: no row that meets the criteria, no figure


@dataclass(frozen=True, slots=True)
class Link:
    """A row belongs to at most one row of another table: that with the same key."""

    table: str
    other: str
    keys: tuple[tuple[str, str], ...]   # column here, column there
    version: tuple[str, str] | None = None
    """Time of a row reached from here, and the date from which a row there holds: the last one that holds counts."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Tables and columns that formulas are checked against."""

    tables: Mapping[str, Mapping[str, Kind]]
    links: tuple[Link, ...] = ()
    silence: Mapping[str, Silence] = field(default_factory=dict)
    optional: frozenset[tuple[str, str]] = frozenset()
    """Columns a company may add; where they are not there, they are blank."""

    unique: frozenset[tuple[str, str]] = frozenset()
    """Columns in which no value stands twice, as far as that is known: counting them apart is counting rows."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Rows of tables, as far as that is known: what is told apart in many of them is told apart piece by piece."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Table by its other names, folded: 订单."""
    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Column by its other names, folded, for each table: 实付金额."""

    def table_named(self, name: str) -> str | None:
        """Table of a name, whichever language it is in."""
        known = {each.casefold(): each for each in self.tables}
        found = known.get(name.casefold()) or self.names.get(name.casefold())
        return found if found in self.tables else None

    def column_named(self, table: str, name: str) -> str:
        """Column of a name, whichever language it is in; an unknown name as it is."""
        known = {each.casefold(): each for each in self.tables[table]}
        return known.get(name.casefold()) or self.headings.get(table, {}).get(name.casefold(), name)

    def kind(self, table: str, column: str) -> Kind | None:
        """Kind of a column; None where there is no such column."""
        return self.tables.get(table, {}).get(column)

    def path(self, start: str, end: str) -> tuple[Link, ...] | None:
        """Links that lead from the rows of one table to those of another; None where none do."""
        waiting: list[tuple[str, tuple[Link, ...]]] = [(start, ())]
        seen = {start}
        while waiting:
            table, path = waiting.pop(0)
            if table == end:
                return path
            for link in self.links:
                if link.table == table and link.other not in seen and link.other in self.tables:
                    seen.add(link.other)
                    waiting.append((link.other, (*path, link)))
        return None

    def grain(self, tables: tuple[str, ...]) -> str | None:
        """The one table whose rows lead to all the others; None where no table does."""
        return next((each for each in tables if all(self.path(each, other) is not None for other in tables)), None)

LINKS = (
    Link("order_items", "orders", (("order_id", "order_id"),)),
    Link("order_items", "content", (("content_id", "content_id"),)),
    Link("order_items", "catalog", (("sku_id", "sku_id"),), ("orders.pay_time", "price_date")),
    Link("refunds", "orders", (("order_id", "order_id"),)),
    Link("tickets", "orders", (("order_id", "order_id"),)),
    Link("orders", "users", (("buyer_id", "user_id"),)),
    Link("events", "users", (("user_id", "user_id"),)),
    Link("surveys", "users", (("user_id", "user_id"),)),
    Link("content_daily", "content", (("content_id", "content_id"),)),
    Link("inventory_daily", "catalog", (("sku_id", "sku_id"),), ("inventory_daily.date", "price_date")),
)

SILENCE = {
    "ledger": Silence.NOT_STATED,
    "balance": Silence.NOT_STATED,
    "market_ext": Silence.NOT_STATED,
    "traffic_daily": Silence.NOT_READ,
    "inventory_daily": Silence.NOT_READ,
    "content_daily": Silence.NOT_READ,
    "marketing": Silence.NOT_READ,
    "catalog": Silence.NOT_READ,
    "surveys": Silence.NOT_READ,
    "ratings": Silence.NOT_READ,
    "milestones": Silence.NOT_READ,
}

OPTIONAL = frozenset(
    {(table, "unit_id") for table in ("events", "users", "marketing", "inventory_daily", "catalog", "content_daily")}
    | {("tickets", "sku_id")}
)
"""What the domain does not ask of these tables, but units and products need to be told apart."""

KINDS = {
    "id": Kind.TEXT, "text": Kind.TEXT, "enum": Kind.TEXT, "time": Kind.TIME, "date": Kind.TIME, "period": Kind.MONTH,
    "number": Kind.NUMBER, "integer": Kind.NUMBER, "fraction": Kind.NUMBER, "bool": Kind.TRUTH,
}  # fmt: skip


def canonical() -> Catalog:
    """The canonical tables, by any of their names, as every workbook may have them."""
    tables = {
        name: {field.name: KINDS[field.type] for field in layout.fields} for name, layout in layouts().items()
    }
    return named_in_both(Catalog(tables, LINKS, SILENCE, OPTIONAL))


def named_in_both(catalog: Catalog) -> Catalog:
    """The same tables, also by the names and headings of the canonical layouts."""
    names = {word.casefold(): name for name, layout in layouts().items() for word in (layout.zh, layout.en)}
    headings = {
        name: {word.casefold(): field.name for field in layout.fields for word in (field.zh, field.en)}
        for name, layout in layouts().items()
    }
    return replace(catalog, names=names, headings=headings)
