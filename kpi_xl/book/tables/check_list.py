"""The checks a reader can follow in the book itself: what is counted, what it must be, what to do otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kpi_xl.book.tables.inputs import KINDS

Sign = Literal["✗", "↻", "▲", "△"]
"""✗ something is wrong · ↻ inputs changed since scoring · ▲ still to fill in · △ worth a look: no score hangs on it."""


@dataclass(frozen=True, slots=True)
class NativeCheck:
    """One line of 检查; `expected` is a number, or the name of a count stored at scoring."""

    key: str                            # of its words in labels/checks.toml
    formula: str
    expected: float | str
    sign: Sign


_GAPS = (
    "COUNTIFS([tblDetail.mode],3,[tblDetail.fact_state],5,[tblDetail.waived],0,[tblDetail.standing],12)"
    "+COUNTIFS([tblDetail.mode],3,[tblDetail.state],4,[tblDetail.waived],0)"
)
"""Rows without a usable actual or base that nobody has waived, whether or not their targets are there yet."""
_SAMPLES = "COUNTIFS([tblDetail.mode],3,[tblDetail.fact_state],6,[tblDetail.waived],0,[tblDetail.standing],12)"
_KNOWN_KIND = "+".join(f'([tblAdjustments.kind]="{kind}")' for kind in KINDS)
_INCOMPLETE = f"SUMPRODUCT(({_KNOWN_KIND})*([tblAdjustments.complete]=0))"

CHECKS_IN_ORDER = (
    NativeCheck("weights", "SUMPRODUCT(([tblCards.weight_sum]<>1)*1)", 0, "✗"),
    NativeCheck(
        "footing",
        "ROUND(SUMPRODUCT(([tblCards.averaged]=0)*([tblCards.F]+[tblCards.U]+[tblCards.O]-[tblCards.base])^2),9)",
        0,
        "✗",
    ),
    NativeCheck(
        "bands_rise",
        "SUMPRODUCT(([tblGrades.scheme^]=[=scheme])*([tblGrades.scheme]=[=scheme])*([tblGrades.lo^]>=[tblGrades.lo]))",
        0,
        "✗",
    ),
    NativeCheck("bands_start", "INDEX([tblGrades.lo#],[=band_first])", 0, "✗"),
    NativeCheck("non_finite", "COUNTIF([tblDetail.state],3)", 0, "✗"),
    NativeCheck("engine", "SUM([tblDetail.disagrees])+SUM([tblCards.disagrees])", 0, "✗"),
    NativeCheck("adjustments", _INCOMPLETE, 0, "✗"),
    NativeCheck("config", "COUNTIF([tblDetail.state],2)", 0, "▲"),
    NativeCheck("gaps", _GAPS, 0, "▲"),
    NativeCheck("samples", _SAMPLES, 0, "▲"),
    NativeCheck("edges", "SUM([tblCards.edge])", 0, "▲"),
    NativeCheck("rows_changed", "SUM([tblDetail.changed])", 0, "↻"),
    NativeCheck("cards_changed", "SUM([tblCards.changed])", 0, "↻"),
    NativeCheck("settings_changed", "[=settings_changed]", 0, "↻"),
    NativeCheck("sources_changed", "SUM([tblFacts.stale])", 0, "↻"),
    NativeCheck(
        "period",
        'IF(INDEX([tblSettings.value#],MATCH("period",[tblSettings.key#],0))&""=INDEX([tblCards.period],1),0,1)',
        0,
        "↻",
    ),
    NativeCheck("plan_rows", 'SUMPRODUCT(([tblPlan.kpi]<>"")*1)', "tblPlan", "↻"),
    NativeCheck("subject_rows", 'SUMPRODUCT(([tblSubjects.template]<>"")*1)', "tblSubjects", "↻"),
    NativeCheck("target_rows", 'SUMPRODUCT(([tblTargets.kpi]<>"")*1)', "tblTargets", "↻"),
    NativeCheck("actual_rows", 'SUMPRODUCT(([tblActuals.kpi]<>"")*1)', "tblActuals", "↻"),
    NativeCheck("adjustment_rows", 'SUMPRODUCT(([tblAdjustments.kind]<>"")*1)', "tblAdjustments", "↻"),
)


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of 检查 without a formula: how often checking found the plan as a whole odd, at scoring."""

    key: str                            # of its words in labels/checks.toml
    codes: tuple[str, ...]              # how the codes of its issues begin


REMARKS = (
    Remark("balance", ("W-BALANCE-",)),
    Remark("same_rule", ("W-RULE-DIFFERS",)),
    Remark("target_spread", ("W-TARGET-SPREAD",)),
    Remark("raters", ("W-RATER-", "W-SELF-SUPPLIED")),
    Remark("sharing", ("W-COLLABORATION", "W-SHARE-")),
)


def remarks_in(codes: Iterable[str]) -> Mapping[str, int]:
    """How many issues there are for each line.

    >>> remarks_in(["W-RATER-HALO", "W-BALANCE-CORE", "W-RATER-OWN"])["raters"]
    2
    """
    listed = list(codes)
    return {each.key: sum(code.startswith(each.codes) for code in listed) for each in REMARKS}
