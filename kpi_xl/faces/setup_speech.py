"""Receipts of install, doctor and uninstall in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from kpi_xl.commands.receipt import Receipt
from kpi_xl.labels import Lang, label, message

NOTHING_PUT = ("settings_kept", "office_not")
STATES = ("ok", "warn", "error", "unknown", "absent")


def doctor_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """Every question that arises here, with its answer; what stands in the way comes before, as issues."""
    checks: list[Mapping[str, Any]] = receipt.facts["checks"]  # type: ignore[assignment]
    for row in (row for row in checks if row["state"] != "absent"):
        state = label("doctor", f"state.{row['state']}", lang)
        name = label("doctor", f"check.{row['check']}", lang)
        yield "  " + say("said.row", lang, state=state, name=name, text=answer_text(row, lang))
    counts = Counter(row["state"] for row in checks)
    yield say("said.doctor", lang, n=len(checks), **{state: counts[state] for state in STATES})


def answer_text(row: Mapping[str, Any], lang: Lang) -> str:
    """One answer in words."""
    if row["code"]:
        return message(row["code"], row, lang).partition(" → ")[0]
    return label("doctor", f"{row['state']}.{row['check']}", lang).format_map(row)


def install_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """Every place something was put, then what to do next."""
    yield from _steps(receipt, lang)
    put = [step for step in _rows(receipt) if step["step"] not in NOTHING_PUT]
    yield say("said.install", lang, n=len(put))


def uninstall_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """Every place that was on the list."""
    yield from _steps(receipt, lang)
    yield say("said.uninstall", lang, n=sum(step["step"] == "removed" for step in _rows(receipt)))


def _steps(receipt: Receipt, lang: Lang) -> Iterator[str]:
    for step in _rows(receipt):
        name = label("doctor", f"step.{step['step']}", lang)
        yield "  " + say("said.step", lang, name=name, place=step["place"])


def _rows(receipt: Receipt) -> list[Mapping[str, Any]]:
    return receipt.facts["steps"]  # type: ignore[return-value]


def say(key: str, lang: Lang, **facts: object) -> str:
    """One line of labels/doctor.toml."""
    return label("doctor", key, lang).format(**facts)
