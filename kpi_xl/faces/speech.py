"""Receipts in words: what the command line prints for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kpi_xl.book.phrases import JOINTS
from kpi_xl.commands.receipt import Receipt, issue_json
from kpi_xl.faces.plan_speech import calibrate_lines, health_lines, targets_lines, weigh_lines
from kpi_xl.faces.raw_speech import facts_lines, import_lines, refresh_lines, rows_line
from kpi_xl.faces.setup_speech import doctor_lines, install_lines, uninstall_lines
from kpi_xl.labels import Lang, label

SHOWN = 60
NONE = "—"


def say(key: str, lang: Lang, **facts: object) -> str:
    """One line of labels/cli.toml."""
    return label("cli", key, lang).format(**facts)


def lines(receipt: Receipt, lang: Lang) -> Iterator[str]:
    """The receipt as lines: issues first, then what the command did."""
    yield from _issues(receipt, lang)
    yield from SPEAKERS[receipt.command](receipt, lang)


def _issues(receipt: Receipt, lang: Lang) -> Iterator[str]:
    for issue in receipt.issues[:SHOWN]:
        data = issue_json(issue, lang)
        yield f"{say(f'severity.{issue.severity}', lang)} {issue.code}  {issue.cell}"
        yield f"    {data['message']}"
        if data["mend"]:
            yield f"    → {data['mend']}"
    if len(receipt.issues) > SHOWN:
        yield say("said.more", lang, n=len(receipt.issues) - SHOWN)


def _new(receipt: Receipt, lang: Lang) -> Iterator[str]:
    yield say("said.new", lang, book=receipt.book, **receipt.facts)


def _add(receipt: Receipt, lang: Lang) -> Iterator[str]:
    yield say("said.add", lang, book=receipt.book, sheet=receipt.facts["sheet"])


def _check(receipt: Receipt, lang: Lang) -> Iterator[str]:
    counts: Mapping[str, int] = receipt.facts["counts"]  # type: ignore[assignment]
    if not receipt.issues:
        yield say("said.check.clean", lang, book=receipt.book)
    else:
        yield say("said.check", lang, book=receipt.book, **counts)


def _score(receipt: Receipt, lang: Lang) -> Iterator[str]:
    if not receipt.is_done:
        yield say("said.score.not", lang, book=receipt.book)
        return
    facts: Mapping[str, Any] = receipt.facts
    yield say("said.score", lang, book=receipt.book, period=facts["period"], run_id=facts["run_id"])
    for card in facts["cards"]:
        yield "  " + _card(card, lang)


def _card(card: Mapping[str, Any], lang: Lang) -> str:
    status = label("words", f"card.{card['status']}", lang)
    if card["total"] is None:
        return say("said.card.withheld", lang, card=card["card"], subject=card["subject"], status=status)
    numbers = {key: f"{card['perspectives'][key]:.2f}" for key in "FUO"}
    coefficient = number(card["coefficient"])
    shown = {"total": f"{card['total']:.2f}", "coefficient": coefficient, "rank": number(card["rank"])}
    return say("said.card", lang, **{**card, **shown}, **numbers)


def _verify(receipt: Receipt, lang: Lang) -> Iterator[str]:
    engines: list[Mapping[str, Any]] = receipt.facts.get("engines", [])  # type: ignore[assignment]
    for engine in engines:
        yield "  " + say("said.verify", lang, largest=engine["largest_difference"], **engine)
    if engines:
        yield say("said.verify.agrees" if receipt.is_done else "said.verify.differs", lang, book=receipt.book)


def _explain(receipt: Receipt, lang: Lang) -> Iterator[str]:
    facts: Mapping[str, Any] = receipt.facts
    card = facts["card"]
    status = label("words", f"card.{card['status']}", lang)
    head = {**card, "status": status, "total": number(card["total"]), "grade": card["grade"] or NONE}
    yield say("explain.head", lang, **head, period=facts["period"])
    if card["gap"] is not None:
        yield "  " + say("explain.gap", lang, next_grade=card["next_grade"], gap=number(card["gap"]))
    for moved in facts["policies"]:
        key = (
            "veto"
            if "veto" in moved
            else "adjust"
            if "adjust" in moved
            else "blocks"
            if "blocks" in moved
            else "policy"
        )
        yield "  " + say(f"explain.{key}", lang, **{k: _worded(k, v, lang) for k, v in moved.items()})
    for item in facts["items"]:
        yield from _item(item, lang)
    if "rows" in facts:
        yield rows_line(facts["rows"], lang)


def _worded(key: str, value: object, lang: Lang) -> object:
    if key == "status":
        return label("words", f"status.{value}", lang)
    return percent(value) if key == "weight" else number(value) if isinstance(value, float) else value


def _item(item: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    effective = f"{item['effective_weight'] * 100:.2f}%"
    score, contribution = number(item["score"]), number(item["contribution"])
    yield say(
        "explain.item",
        lang,
        kpi=item["kpi"],
        name=item["name"],
        score=score,
        effective=effective,
        contribution=contribution,
    )
    origin = label("words", f"origin.{item['origin']}", lang)
    parts = {key: number(item[key]) for key in ("num", "den", "n")}
    yield "    " + say("explain.actual", lang, actual=item["actual_text"] or NONE, origin=origin, **parts)
    anchors = {key: number(item[key]) for key in ("threshold", "target", "stretch")}
    status = label("words", f"status.{item['status']}", lang)
    yield "    " + say(
        "explain.targets", lang, **anchors, weight=percent(item["weight"]), status=status, policy=item["policy"]
    )
    yield "    " + say("explain.rule", lang, rule=item["rule"], text=item["rule_text"])
    if item["curve"]:
        pieces = [
            say(
                "explain.segment",
                lang,
                start="−∞" if s["from"] is None else number(s["from"]),
                at=number(s["at"]),
                score=number(s["score"]),
                slope=number(s["slope"]),
            )
            for s in item["curve"]
        ]
        yield "    " + say("explain.curve", lang, text=JOINTS[lang].join(pieces))
    if item["needed_text"] and item["needed"] is not None:
        yield "    " + say("explain.needed", lang, needed=item["needed_text"])


def number(value: object) -> str:
    """A number without needless zeros; a dash for none."""
    if value is None:
        return NONE
    return f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def percent(value: object) -> str:
    """A fraction as a percentage."""
    return f"{float(str(value)) * 100:g}%"


def _publish(receipt: Receipt, lang: Lang) -> Iterator[str]:
    if not receipt.is_done:
        yield say("said.publish.not", lang, book=receipt.book)
        return
    yield say("said.publish", lang, book=receipt.book, **receipt.facts)
    files: list[str] = receipt.facts["files"]  # type: ignore[assignment]
    yield from (f"  {name}" for name in files)


def _seal(receipt: Receipt, lang: Lang) -> Iterator[str]:
    yield say("said.seal" if receipt.is_done else "said.seal.not", lang, book=receipt.book, **receipt.facts)


def _repair(receipt: Receipt, lang: Lang) -> Iterator[str]:
    mended: list[str] = receipt.facts["mended"]  # type: ignore[assignment]
    yield say("said.repair" if mended else "said.repair.none", lang, book=receipt.book, n=len(mended))


def _make(receipt: Receipt, lang: Lang) -> Iterator[str]:
    files: list[str] = receipt.facts["files"]  # type: ignore[assignment]
    yield say("said.make", lang, book=receipt.book, n=len(files))
    yield from (f"  {name}" for name in files)


SPEAKERS = {
    "new": _new,
    "add": _add,
    "check": _check,
    "score": _score,
    "verify": _verify,
    "explain": _explain,
    "facts": facts_lines,
    "import": import_lines,
    "refresh": refresh_lines,
    "weigh": weigh_lines,
    "targets": targets_lines,
    "health": health_lines,
    "calibrate": calibrate_lines,
    "publish": _publish,
    "seal": _seal,
    "repair": _repair,
    "workbooks": _make,
    "catalogue": _make,
    "install": install_lines,
    "doctor": doctor_lines,
    "uninstall": uninstall_lines,
}
