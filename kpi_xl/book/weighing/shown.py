"""The rows of 权重, 判断矩阵 and 权重诊断: what weighing found, ready to be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from kpi_xl.book.table import MISSING
from kpi_xl.book.tables.weights import COMPARED, SHARES, WEIGHT_LOG
from kpi_xl.book.weighing.finding import Finding, Measure, Sign, State, Told
from kpi_xl.book.weighing.propose import Proposal
from kpi_xl.labels import Lang, label, message
from kpi_xl.model.grid import Scalar
from kpi_xl.scoring.rounding import excel_round

Record = Mapping[str, Scalar]
Value = TypeVar("Value")
ByPlace = Mapping[tuple[str, str], Value]
"""By template and indicator."""

TOP = 3
SIGNS: Mapping[State, Sign] = {
    "OK": "✓", "INCONSISTENT": "✗", "ADVISORY": "·", "INSUFFICIENT": "▲", "NO_INPUT": "·", "CONFIG_ERROR": "✗",
}  # fmt: skip
HALVED = {"S": ("S", "M"), "L": ("L", "M")}
"""A medium horizon counts half for each side."""
TAGGED = {
    "F": "perspective", "U": "perspective", "O": "perspective", "S": "horizon", "L": "horizon", "I": "scope",
    "E": "scope", "P": "nature", "R": "nature",
}  # fmt: skip


def weight_records(proposals: Sequence[Proposal], final: ByPlace[float], notes: ByPlace[str]) -> list[Record]:
    """One row for each indicator of each template."""
    plain = [line for proposal in proposals for line in _lines(proposal, final, notes)]
    numbered = [{**line, "no": float(number)} for number, line in enumerate(plain, start=1)]
    return [{**line, "rank": _rank(line, numbered)} for line in numbered]


def _lines(proposal: Proposal, final: ByPlace[float], notes: ByPlace[str]) -> Iterator[dict[str, Scalar]]:
    card = proposal.card
    for at, line in enumerate(card.lines):
        weight = final.get((card.template, line.kpi), 0.0)
        adjusted = proposal.weights[at] if proposal.weights else MISSING
        low, high = proposal.low[at], proposal.high[at]
        yield {
            "template": card.template,
            "kpi": line.kpi,
            "name": line.indicator.name,
            **line.tags,
            "raw": proposal.raw[at] if proposal.raw else MISSING,
            "low": low,
            "high": high,
            "adjusted": adjusted,
            "final": weight,
            "difference": MISSING if isinstance(adjusted, str) else excel_round((adjusted - weight) * 100, 9),
            "check": "✓" if low <= excel_round(weight, 9) <= high else "▲",
            "note": notes.get((card.template, line.kpi), ""),
        }


def _rank(line: Record, lines: Sequence[Record]) -> float:
    mine = [each for each in lines if each["template"] == line["template"]]
    return 1.0 + sum(_order(each) > _order(line) for each in mine)


def _order(line: Record) -> float:
    return _number(line["final"]) - _number(line["no"]) / 1_000_000_000


def card_records(proposals: Sequence[Proposal], lines: Sequence[Record], lang: Lang) -> list[Record]:
    """One row for each template: whether it adds up, and how it is balanced."""
    return [_card(each, [line for line in lines if line["template"] == each.card.template], lang) for each in proposals]


def _card(proposal: Proposal, lines: Sequence[Record], lang: Lang) -> Record:
    total = excel_round(_sum(lines), 9)
    return {
        "template": proposal.card.template,
        "method": method_name(proposal.scheme.method, lang),
        "status": label("weights", f"state.{proposal.state}", lang),
        "total": total,
        "whole": "✓" if total == 1 else "✗",
        "proposed": excel_round(sum(_number(line["adjusted"]) for line in lines), 9),
        "top": _sum([line for line in lines if _number(line["rank"]) <= TOP]),
        "core": _sum([line for line in lines if str(line["core"]).upper() == "Y"]),
        **{side: _side(side, lines) for side in SHARES},
        "message": "\n".join(told_text(each, lang) for each in proposal.told),
    }


def _side(side: str, lines: Sequence[Record]) -> float:
    tag = TAGGED[side]
    own = _sum([line for line in lines if str(line[tag]).upper() == side])
    between = [line for line in lines if side in HALVED and str(line[tag]).upper() == "M"]
    return own + _sum(between) / 2


def _sum(lines: Sequence[Record]) -> float:
    return sum(_number(line["final"]) for line in lines)


def _number(value: Scalar) -> float:
    return value if isinstance(value, float) else 0.0


def method_records(proposals: Sequence[Proposal]) -> list[Record]:
    """The weights by every method side by side."""
    return [
        {"template": each.card.template, "kpi": kpi, **{name: _weight(each.findings[name], at) for name in COMPARED}}
        for each in proposals
        for at, kpi in enumerate(each.card.kpis)
    ]


def _weight(finding: Finding, at: int) -> Scalar:
    return finding.weights[at] if finding.weights else MISSING


def diagnosis_records(proposals: Sequence[Proposal], lang: Lang) -> list[Record]:
    """The state of each method, then its figures and what is to be said of it."""
    return [
        record
        for proposal in proposals
        for name in COMPARED
        for record in _diagnoses(proposal.card.template, proposal.findings[name], lang)
    ]


def _diagnoses(template: str, finding: Finding, lang: Lang) -> Iterator[Record]:
    head: dict[str, Scalar] = {
        "template": template,
        "method": method_name(finding.method, lang),
        "status": label("weights", f"state.{finding.state}", lang), "measure": "",
        "about": "", "found": MISSING, "limit": MISSING, "sign": _sign(finding), "message": "",
    }  # fmt: skip
    if not finding.told and not finding.measures:
        yield head
    for told in finding.told:
        yield {**head, "about": told.about, "sign": told.sign, "message": told_text(told, lang)}
    for measure in finding.measures:
        yield {**head, **_measured(measure, lang)}


def _sign(finding: Finding) -> str:
    return SIGNS[finding.state]


def _measured(measure: Measure, lang: Lang) -> Record:
    facts = measure.facts
    return {
        "measure": label("weights", f"measure.{measure.name}", lang),
        "about": str(_word(measure.about, lang)),
        "found": excel_round(measure.found, 9),
        "limit": MISSING if measure.limit is None else measure.limit,
        "sign": measure.sign,
        "message": label("weights", f"says.{measure.name}", lang).format(**(facts or {})),
    }


def told_text(told: Told, lang: Lang) -> str:
    """The sentence of a problem, after the name of what it is about."""
    args = {name: _word(value, lang) for name, value in told.problem.args.items()}
    text = message(told.problem.code, args, lang)
    return f"{told.about}: {text}" if told.about else text


def _word(value: object, lang: Lang) -> object:
    """Methods and tables by the names they have on the book."""
    if isinstance(value, str) and value in COMPARED:
        return method_name(value, lang)
    if isinstance(value, str) and value.startswith("tbl"):
        return label("weights", f"table.{value}", lang)
    return value


def method_name(method: str, lang: Lang) -> str:
    """A method as people call it."""
    return label("words", f"weigh_method.{method}", lang)


def matrix_records(proposals: Sequence[Proposal]) -> list[Record]:
    """One row for each matrix and expert."""
    return [record for proposal in proposals for record in _matrices(proposal)]


def _matrices(proposal: Proposal) -> Iterator[Record]:
    for judged in proposal.matrices:
        found = judged.priorities
        yield {
            "template": judged.template,
            "expert": judged.expert or MISSING,
            "matrix": judged.matrix,
            "size": float(len(judged.items)),
            "known": float(judged.known),
            "lambda": found.lambda_max if found else MISSING,
            "ci": found.ci if found else MISSING,
            "ri": found.ri if found else MISSING,
            "cr": found.cr if found else MISSING,
            "cr_limit": found.cr_limit if found else MISSING,
            "gci": found.gci if found else MISSING,
            "gci_limit": found.gci_limit if found else MISSING,
            "sign": "✗" if found is None else "✓" if found.passes else "▲",
        }


def log_records(kept: Sequence[Sequence[Scalar]], more: Sequence[Record]) -> list[Record]:
    """The journal: its rows so far, then those of this run."""
    columns = [column.key for column in WEIGHT_LOG.columns]
    old = [dict(zip(columns, row, strict=True)) for row in kept]
    return [*old, *({**each, "no": float(number)} for number, each in enumerate(more, start=len(old) + 1))]
