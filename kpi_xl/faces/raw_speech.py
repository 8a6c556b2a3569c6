"""Receipts of facts and import in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpi_xl.commands.receipt import Receipt
from kpi_xl.labels import Lang, label

SHOWN = 60
NONE = "—"
Rows = list[Mapping[str, Any]]


def facts_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """One line a fact, as many as fit a screen."""
    found: Rows = receipt.facts["facts"]  # type: ignore[assignment]
    periods: list[str] = receipt.facts["periods"]  # type: ignore[assignment]
    yield from _counts(receipt, lang)
    for each in found[:SHOWN]:
        numbers = {name: _number(each[name]) for name in ("num", "den", "n", "value")}
        unit = each["unit"] or _said("said.company", lang)
        yield "  " + _said("said.fact", lang, period=each["period"], unit=unit, kpi=each["kpi"], **numbers)
    if len(found) > SHOWN:
        yield _said("said.more", lang, n=len(found) - SHOWN)
    yield _said("said.facts", lang, book=receipt.book, facts=len(found), periods=len(periods))


def import_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """What became of the rows, then the loads that the book has."""
    yield from _counts(receipt, lang)
    loads: Rows = receipt.facts["loads"]  # type: ignore[assignment]
    if not receipt.is_done:
        yield _said("said.import.not", lang, book=receipt.book)
        return
    for each in loads:
        state = _said("said.used" if each["active"] else "said.unused", lang)
        kind = label("words", f"source_kind.{each['kind']}", lang)
        shown = {**each, "kind": kind, "table": each["table"] or NONE, "rows": _number(each["rows"]), "state": state}
        yield "  " + _said("said.load", lang, **shown)
    if "removed" in receipt.facts:
        yield _said("said.removed", lang, book=receipt.book, removed=receipt.facts["removed"])
    elif "counts" in receipt.facts:
        yield _said("said.import", lang, book=receipt.book, n=len(loads))
    elif not loads:
        yield _said("said.loads.none", lang, book=receipt.book)


def refresh_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """What became of the rows of every source."""
    yield from _counts(receipt, lang)
    counts: Rows = receipt.facts["counts"]  # type: ignore[assignment]
    if not receipt.is_done:
        yield _said("said.import.not", lang, book=receipt.book)
    elif counts:
        yield _said("said.refreshed", lang, sheet=receipt.facts["sheet"], n=len(counts))


def rows_line(rows: int, lang: Lang) -> str:
    """How many raw rows an explanation wrote."""
    return _said("said.rows", lang, rows=rows)


def _counts(receipt: Receipt, lang: Lang) -> Iterator[str]:
    found: Rows = receipt.facts.get("counts") or receipt.facts.get("loads") or []  # type: ignore[assignment]
    for each in found:
        if "accepted" in each:
            place = "!".join(filter(None, (each["file"], each["sheet"])))
            yield "  " + _said("said.counts", lang, place=place, **each)
            if each.get("replaced"):
                yield "    " + _said("said.replaced", lang, replaced=each["replaced"])


def _number(value: object) -> str:
    if value is None:
        return NONE
    return f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _said(key: str, lang: Lang, **facts: object) -> str:
    return label("raw", key, lang).format(**facts)
