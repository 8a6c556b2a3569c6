"""What a row says of other tables: its unit, its article, its order; and why a row does not count."""

from __future__ import annotations

from kpi_xl.facts.raw.store import columns_of, quoted, text
from kpi_xl.facts.raw.work import LIVE, Work

NO_UNIT = "未归属"
"""Unit of the rows whose unit nobody knows."""


def known_units(work: Work) -> bool:
    """Fill the table `units` with the units there are; False when nobody said which."""
    work.store.run("CREATE OR REPLACE TEMP TABLE units AS SELECT unit_id FROM org WHERE FALSE")
    if work.settings.units:
        listed = ", ".join(f"({text(unit)})" for unit in sorted(work.settings.units))
        work.store.run(f"INSERT INTO units VALUES {listed}")
    elif work.layout.name != "org":
        work.store.run("INSERT INTO units SELECT DISTINCT unit_id FROM org")
    return bool(work.store.number("SELECT count(*) FROM units"))


def check_references(work: Work, fields: frozenset[str]) -> None:
    """Note rows of unknown units and articles, and refunds above what was paid; all of them are kept."""
    unit = work.layout.unit
    if unit in fields and work.layout.name != "org" and known_units(work):
        _orphans(
            work, unit, f"{quoted(unit)} IS NULL OR {quoted(unit)} NOT IN (SELECT unit_id FROM units)", "unassigned"
        )
    if "sku_id" in fields and work.layout.name != "catalog" and work.store.number("SELECT count(*) FROM catalog"):
        _orphans(work, "sku_id", "sku_id NOT IN (SELECT sku_id FROM catalog)", "kept")
    if work.layout.name == "refunds" and {"order_id", "amount"} <= fields:
        _refunds_above_paid(work)


def unit_of(work: Work, fields: frozenset[str]) -> str:
    """SQL of a row's unit once unknown ones have been set apart, or "" where it stays as it is."""
    unit = work.layout.unit
    if unit not in fields or work.layout.name == "org" or not known_units(work):
        return ""
    listed = ", ".join(text(str(row[0])) for row in work.store.rows("SELECT unit_id FROM units ORDER BY unit_id"))
    return f"CASE WHEN {quoted(unit)} IN ({listed}) THEN {quoted(unit)} ELSE {text(NO_UNIT)} END AS {quoted(unit)}"


def excluded(work: Work) -> str:
    """SQL of the reason why a row is kept but does not count; NULL when it does."""
    names = columns_of(work.store, "typed")
    reasons = ["CASE WHEN is_test THEN 'test' END"] if "is_test" in names else []
    reasons += ["CASE WHEN is_bot THEN 'bot' END"] if "is_bot" in names else []
    if work.layout.name == "users":
        reasons.append("CASE WHEN status IN ('bot', 'fraud') THEN status END")
    reasons += ["exclude_reason"] if "exclude_reason" in names else []
    if len(work.layout.key) == 1 and work.layout.name != "exclusions":
        listed = f"SELECT max(coalesce(reason, 'excluded')) FROM exclusions WHERE table_name IN ({_names(work)})"
        if work.store.number("SELECT count(*) FROM exclusions"):
            reasons.append(f"({listed} AND id = CAST(live.{quoted(work.layout.key[0])} AS VARCHAR))")
    return f"coalesce({', '.join(reasons)})" if reasons else "NULL::VARCHAR"


def _names(work: Work) -> str:
    return ", ".join(map(text, (work.layout.name, work.layout.zh, work.layout.en)))


def _orphans(work: Work, column: str, test: str, action: str) -> None:
    work.note(
        "ORPHAN", "WARN", action, f"SELECT part, src_row, {text(column)}, {quoted(column)} FROM {LIVE} WHERE {test}"
    )


def _refunds_above_paid(work: Work) -> None:
    paid = "SELECT order_id, sum(paid_amount) AS paid FROM orders GROUP BY order_id"
    work.note(
        "RANGE", "WARN", "kept",
        f"SELECT part, src_row, 'amount', amount FROM {LIVE} AS live JOIN ({paid}) AS paid USING (order_id) "
        "WHERE amount > paid + 0.01",
    )  # fmt: skip
