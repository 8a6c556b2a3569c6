"""What weigh, targets, health and calibrate did, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kpi_xl.commands.receipt import Receipt
from kpi_xl.labels import Lang, label

MOST_LINES = 20


def _say(key: str, lang: Lang, **facts: object) -> str:
    return label("cli", key, lang).format(**facts)


def weigh_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """Each template with its method and how that went, then what was replaced."""
    facts: Mapping[str, Any] = receipt.facts
    for each in facts.get("templates", ()):
        method = label("words", f"weigh_method.{each['method']}", lang) if each["method"] else "—"
        state = label("weights", f"state.{each['state']}", lang)
        yield _say("said.weigh", lang, template=each["template"], method=method, state=state)
        if each["method"]:
            yield "    " + "  ".join(_weight(row) for row in each["weights"])
    applied = facts.get("applied")
    if applied and facts["written"]:
        yield _say("said.weigh.applied", lang, n=len(applied))
    elif applied:
        yield label("weights", "said.dated", lang).format(n=len(applied), period=applied[0]["period"])
    if "restored" in facts:
        yield label("weights", "said.restored", lang).format(period=facts["restored"], n=facts["written"])
    if "sensitivity" in facts:
        yield _say("said.weigh.shaken", lang)


def _weight(row: Mapping[str, Any]) -> str:
    adjusted = row["adjusted"]
    return f"{row['kpi']} {'—' if adjusted is None else format(adjusted, '.0%')}"


def targets_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """How many proposals there are and where they stand, what was written, how the methods did."""
    facts: Mapping[str, Any] = receipt.facts
    if "sheet" in facts:
        yield _say("said.targets", lang, period=facts["period"], rows=facts["rows"], sheet=facts["sheet"])
    if "applied" in facts:
        yield _say("said.targets.applied", lang, **facts["applied"])
    if "decomposition" in facts:
        yield _say("said.targets.goals", lang, n=len(facts.get("goals", ())), sheet=facts["decomposition"])
    for row in facts.get("methods", ()):
        numbers = {name: "—" if row[name] is None else f"{row[name]:.3g}" for name in ("mape", "mase")}
        yield "  " + _say("said.targets.method", lang, method=row["method"], best=row["best"], **numbers)


def health_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """How many findings of each weight there are, and those that keep the targets from being confirmed."""
    facts: Mapping[str, Any] = receipt.facts
    if "sheets" not in facts:
        return
    counts = ", ".join(f"{verdict} {count}" for verdict, count in facts["counts"].items())
    yield _say("said.health", lang, cards=facts["cards"], counts=counts or "—", sheets=", ".join(facts["sheets"]))
    blocking: Sequence[Mapping[str, str]] = facts["blocking"]
    if blocking:
        yield _say("said.health.blocking", lang, n=len(blocking))
    for each in blocking[:MOST_LINES]:
        yield f"  {each['check']}  {each['card']} {each['kpi']}: {each['fact']}"


def calibrate_lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """Where the view stands, what was written, and the grades that quotas would give."""
    facts: Mapping[str, Any] = receipt.facts
    if "sheets" not in facts:
        return
    yield _say("said.calibrate", lang, sheets=", ".join(facts["sheets"]))
    if facts["applied"] or facts["kept"]:
        yield _say("said.calibrate.applied", lang, applied=facts["applied"], kept=facts["kept"])
    for change in list(facts.get("changes", ()))[:MOST_LINES]:
        yield f"  {change['key']}: {change['before']:.2f} → {change['after']:.2f}"
