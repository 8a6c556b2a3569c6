"""What one row may not say: times that run backwards, amounts below zero, shares above one, sums that do not add up."""

from __future__ import annotations

from collections.abc import Iterator

from kpi_xl.facts.raw.sources import Severity
from kpi_xl.facts.raw.store import quoted, text
from kpi_xl.facts.raw.work import LIVE, Work

_ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "orders": (("create_time", "pay_time"), ("pay_time", "ship_time"), ("ship_time", "sign_time"),
               ("pay_time", "redeem_time")),
    "refunds": (("apply_time", "success_time"),),
    "tickets": (("create_time", "first_response_time"), ("create_time", "close_time")),
    "users": (("register_time", "first_pay_time"),),
    "catalog": (("list_time", "delist_time"),),
    "handoffs": (("done_time", "accepted_time"),),
    "role_history": (("from_date", "to_date"),),
}  # fmt: skip
"""Pairs of columns, the first of which is never later."""
_AT_MOST: dict[str, tuple[tuple[str, str], ...]] = {
    "traffic_daily": (("bounces", "sessions"), ("clicks", "impressions"), ("item_uv", "uv"), ("uv", "pv")),
}
_CENT = 0.01 + 1e-9


def check_keys(work: Work, fields: frozenset[str]) -> None:
    """A row without a part of its key cannot be told from others."""
    for name in work.layout.key:
        if name in fields:
            _note(work, "MISSING_KEY", "REJECT", name, "NULL", f"{quoted(name)} IS NULL")


def check_logic(work: Work, fields: frozenset[str]) -> None:
    """Note what contradicts itself; what cannot be counted is dropped."""
    for earlier, later in _ORDER.get(work.layout.name, ()):
        if {earlier, later} <= fields:
            _check_order(work, earlier, later)
    for code, name, test in _ranges(work, fields):
        _note(work, code, "REJECT", name, quoted(name), test)
    for small, large in _AT_MOST.get(work.layout.name, ()):
        if {small, large} <= fields:
            _note(work, "RANGE", "WARN", small, quoted(small), f"{quoted(small)} > {quoted(large)}")
    if work.layout.name == "orders":
        _check_amounts(work, fields)
    _check_moments(work, fields)


def _check_order(work: Work, earlier: str, later: str) -> None:
    severity = work.source.time_order
    seconds = f"epoch({quoted(earlier)}) - epoch({quoted(later)})"
    _note(work, "TIME_ORDER", severity, later, f"{quoted(earlier)} || ' > ' || {quoted(later)}",
          f"{quoted(later)} < {quoted(earlier)} AND {seconds} > {work.settings.time_tolerance!r}")  # fmt: skip


def _ranges(work: Work, fields: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    for field in work.layout.fields:
        if field.name not in fields:
            continue
        name = quoted(field.name)
        if field.zero == "no":
            yield "RANGE", field.name, f"{name} <= 0"
        elif field.minus == "no":
            yield "NEG_AMOUNT", field.name, f"{name} < 0"
        if field.type == "fraction":
            yield "RANGE", field.name, f"{name} < 0 OR {name} > 1"


def _check_amounts(work: Work, fields: frozenset[str]) -> None:
    if {"paid_amount", "goods_amount"} <= fields:
        due = "goods_amount - coalesce(discount_amount, 0) + coalesce(freight_amount, 0)"
        _note(work, "RANGE", "WARN", "paid_amount", "paid_amount",
              f"pay_time IS NOT NULL AND abs(paid_amount - ({due})) > {_CENT}")  # fmt: skip


def _check_moments(work: Work, fields: frozenset[str]) -> None:
    time = work.layout.field(work.layout.time) if work.layout.time in fields else None
    if time is None or time.type == "period":
        return
    name = quoted(time.name)
    if work.settings.as_of is not None:
        _note(work, "FUTURE_DATE", "WARN", time.name, name, f"{name} > TIMESTAMP {text(str(work.settings.as_of))}")
    if work.settings.closed_until is not None:
        closed = work.settings.closed_until.isoformat()
        _note(work, "LATE", "WARN", time.name, name, f"CAST({name} AS DATE) <= DATE {text(closed)}")


def _note(work: Work, code: str, severity: Severity, column: str, raw: str, test: str) -> None:
    action = "dropped" if severity == "REJECT" else "kept"
    work.note(code, severity, action, f"SELECT part, src_row, {text(column)}, {raw} FROM {LIVE} WHERE {test}")
