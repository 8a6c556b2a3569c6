"""A query as text in the dialect of its engine."""

from __future__ import annotations

from sqlglot import exp

SPARK = ("spark", "databricks")


def rendered(query: exp.Expr, dialect: str) -> str:
    """Text of a query; every name and literal in it is quoted as the dialect does."""
    if dialect in SPARK:
        query = query.transform(_exact_percentile)
    return query.sql(dialect=dialect)


def _exact_percentile(node: exp.Expr) -> exp.Expr:
    """Written by sqlglot for Spark, a percentile would be an approximation; Spark 4 has the exact one."""
    if isinstance(node, exp.PercentileCont):
        return exp.Anonymous(this="PERCENTILE_CONT", expressions=[node.this])
    return node
