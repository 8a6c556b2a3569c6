"""What a computation asks of whatever runs its SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from kpi_xl.facts.formula.catalog import LINKS, OPTIONAL, SILENCE, Catalog, Kind, named_in_both
from kpi_xl.facts.raw.layouts import layouts

if TYPE_CHECKING:
    from sqlglot import exp

_KINDS = (
    (Kind.TRUTH, ("bool",)),
    (Kind.TIME, ("timestamp", "date", "time")),
    (Kind.NUMBER, ("int", "double", "float", "decimal", "numeric", "real", "long", "short", "byte", "number")),
)


class Engine(Protocol):
    """A place where the raw tables are, under their canonical names."""

    def tables(self) -> Mapping[str, Mapping[str, str]]:
        """Type of each column, as the engine calls it, by table."""
        ...

    def unique(self) -> frozenset[tuple[str, str]]:
        """Tables and columns that are known to have no value twice."""
        ...

    def sizes(self) -> Mapping[str, int]:
        """Rows of the tables, where the engine must be spared large sets."""
        ...

    def run(self, query: exp.Expr) -> Sequence[Sequence[object]]:
        """Rows of a query."""
        ...


def catalog_of(engine: Engine) -> Catalog:
    """What formulas may speak of in an engine."""
    found = {
        table: {column: kind_of(table, column, name) for column, name in columns.items()}
        for table, columns in engine.tables().items()
    }
    return named_in_both(Catalog(found, LINKS, SILENCE, OPTIONAL, engine.unique(), engine.sizes()))


def kind_of(table: str, column: str, type_name: str) -> Kind:
    """Kind of a column from the name of its type, whichever engine it is from.

    >>> kind_of("orders", "pay_time", "TIMESTAMP WITH TIME ZONE").value, kind_of("ledger", "period", "VARCHAR").value
    ('time', 'month')
    """
    name = type_name.casefold()
    layout = layouts().get(table)
    known = layout.field(column) if layout else None
    if known is not None and known.type == "period":
        return Kind.MONTH
    return next((kind for kind, words in _KINDS if any(word in name for word in words)), Kind.TEXT)
