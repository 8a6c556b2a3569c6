"""DuckDB in process: the engine that is there without being asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kpi_xl.facts.engines.said import EngineError, told
from kpi_xl.facts.raw.layouts import layouts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from sqlglot import exp


UNIQUE = (
    'SELECT "table", min("column") FROM loads LEFT JOIN unique_columns USING (load_id, "table") '
    'GROUP BY "table" HAVING count(*) = 1 AND count("column") = 1'
)
"""Of a table with several loads nothing is known: the same order may be in two of them, on two platforms."""
COLUMNS = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"


class DuckEngine:
    """An open DuckDB connection whose relations bear the names of the canonical tables."""

    def __init__(self, connection: DuckDBPyConnection):
        self.connection = connection

    def tables(self) -> Mapping[str, Mapping[str, str]]:
        """Type of each column of the canonical tables that are there."""
        found: dict[str, dict[str, str]] = {}
        for table, column, type_name in self.connection.execute(COLUMNS).fetchall():
            if table in layouts():
                found.setdefault(table, {})[column] = type_name
        return found

    def unique(self) -> frozenset[tuple[str, str]]:
        """Columns that were found to have no value twice when their rows were loaded."""
        found = self.connection.execute(UNIQUE).fetchall() if self._has("unique_columns") else ()
        return frozenset((str(table), str(column)) for table, column in found)

    def sizes(self) -> Mapping[str, int]:
        """Rows that were loaded."""
        sizes = 'SELECT "table", sum(row_count) FROM loads GROUP BY "table"'
        return dict(self.connection.execute(sizes).fetchall()) if self._has("loads") else {}

    def run(self, query: exp.Expr) -> Sequence[Sequence[object]]:
        """Rows of a query.

        Raises
        ------
        EngineError
            E-DATABASE-QUERY: a file is gone, the disk is full, the memory does not suffice.
        """
        from duckdb import Error

        from kpi_xl.facts.sql.rendered import rendered

        try:
            return self.connection.execute(rendered(query, "duckdb")).fetchall()
        except Error as error:
            raise EngineError("E-DATABASE-QUERY", engine="DuckDB", reason=told(error)) from None

    def _has(self, table: str) -> bool:
        there = "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?"
        return bool(self.connection.execute(there, [table]).fetchall()[0][0])
