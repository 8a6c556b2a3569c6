"""What a person can type wrong in the book with two cards: cells, the one issue they give, what scoring does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from tests.commands.damage import D01_TOTAL, Typed

STOPS, HELD = "stops", "held"
"""What scoring does: nothing at all, or withhold D01; a number is the total that D01 gets all the same."""


class Case(NamedTuple):
    name: str
    cells: Mapping[str, Typed]
    code: str                           # of the one issue
    cell: str
    found: str                          # what the message says was found
    outcome: str | float


ADJUSTED = {
    "period": "A", "subject": "B", "kind": "C", "points": "D", "effect": "E", "value": "F", "scope": "G",
    "reason": "H", "evidence": "I", "approver": "J",
}  # fmt: skip


def adjustment(**cells: Typed) -> dict[str, Typed]:
    """The first row of the adjustments: a complete one for D01, but for what is given."""
    row: dict[str, Typed] = {"period": "2026-03", "subject": "D01", "reason": "迟报", "evidence": "OA", "approver": "A"}
    return {f"加减分!{ADJUSTED[name]}6": value for name, value in {**row, **cells}.items()}


NO_CSAT = {"考核方案!I13": "REWEIGHT", "填报!D13": None, "填报!E13": None}

SETTINGS = (
    Case("no such scheme", {"设置!B13": "STEPS"}, "E-SCHEME-UNKNOWN", "设置!B13", "STEPS", STOPS),
    Case("space after the scheme", {"设置!B13": "STEP "}, "E-CODE-SPACE", "设置!B13", "STEP␣", STOPS),
    Case("a setting is gone", {"设置!A13": None}, "E-SETTING-MISSING", "设置", "scheme", STOPS),
    Case("a setting is empty", {"设置!B14": None}, "E-SETTING-EMPTY", "设置!B14", "total_cap", STOPS),
    Case("a setting stands twice", {"设置!A10": "period"}, "E-KEY-DUPLICATE", "设置!A10", "period", STOPS),
    Case("20 for 20 %", {"设置!B16": 20.0}, "E-NUMBER-RANGE", "设置!B16", "20", STOPS),
    Case("a setting in words", {"设置!B14": "120分"}, "E-NUMBER", "设置!B14", "120分", STOPS),
    Case("no such language", {"设置!B7": "fr"}, "E-CHOICE", "设置!B7", "fr", STOPS),
    Case("no such state", {"设置!B11": "done"}, "E-CHOICE", "设置!B11", "done", STOPS),
    Case("the period is locked", {"设置!B11": "published"}, "E-PERIOD-LOCKED", "设置!B11", "published", STOPS),
    Case("period without its zero", {"设置!B6": "2026-3"}, "E-PERIOD-CODE", "设置!B6", "2026-3", STOPS),
    Case("period turned into a date", {"设置!B6": date(2026, 3, 1)}, "E-PERIOD-DATE", "设置!B6", "2026-03-01", STOPS),
)
GRADES = (
    Case("grades begin above 0", {"设置!M12": 5.0}, "E-BAND-GAP", "设置!M12", "5", STOPS),
    Case("two grades begin together", {"设置!M14": 70.0}, "E-BAND-ORDER", "设置!M14", "70", STOPS),
    Case("grades out of order", {"设置!M14": 60.0}, "E-BAND-ORDER", "设置!M14", "60", STOPS),
    Case("a scheme in two blocks", {"设置!K14": "LINEAR"}, "E-BAND-BLOCK", "设置!K15", "STEP", STOPS),
    Case("a grade comes back", {"设置!L14": "D"}, "E-BAND-LETTER", "设置!L14", "D", STOPS),
    Case("a grade begins nowhere", {"设置!M14": None}, "E-BAND-NUMBER", "设置!M14", "B", STOPS),
    Case("a grade is a number", {"设置!L14": 2.0}, "E-GRADE-NUMBER", "设置!L14", "2", STOPS),
    Case("a grade has no name", {"设置!L14": None}, "E-KEY-EMPTY", "设置!L14", "等级", STOPS),
)
SUBJECTS = (
    Case("no such template", {"组织!E6": "DECK13"}, "E-TEMPLATE-UNKNOWN", "组织!E6", "DECK13", STOPS),
    Case("space after a template", {"组织!E6": "DECK12 "}, "E-CODE-SPACE", "组织!E6", "DECK12␣", STOPS),
    Case("a subject stands twice", {"组织!A7": "d01"}, "E-KEY-DUPLICATE", "组织!A7", "d01", STOPS),
    Case("a bar in a code", {"组织!A6": "D|01"}, "E-CODE-CHARACTER", "组织!A6", "D|01", STOPS),
    Case("a code of 80 characters", {"组织!A6": "D" * 80}, "E-CODE-LONG", "组织!A6", "80", STOPS),
    Case("a code turned into a date", {"组织!A6": date(2026, 3, 5)}, "E-CODE-DATE", "组织!A6", "2026-03-05", STOPS),
    Case("no such kind", {"组织!B6": "squad"}, "E-CHOICE", "组织!B6", "squad", STOPS),
    Case("a subject was renamed", {"组织!A6": "D1"}, "E-SUBJECT-UNKNOWN", "目标!B6", "D01", STOPS),
    Case("nobody is appraised", {"组织!E6": None, "组织!E7": None}, "E-NO-CARD", "组织", "DECK12", STOPS),
    Case("nobody has this plan", {"组织!E7": None}, "I-PLAN-UNUSED", "考核方案!A18", "SECOND", D01_TOTAL),
    Case("a superior who is not there", {"组织!G6": 0.4}, "W-CASCADE-PARENT", "组织!G6", "D01", HELD),
    Case("40 for 40 %", {"组织!G6": 40.0}, "E-NUMBER-RANGE", "组织!G6", "40", STOPS),
)
INDICATORS = (
    Case("a star in a code", {"指标库!A6": "RE*"}, "E-CODE-CHARACTER", "指标库!A6", "RE*", STOPS),
    Case("an indicator was renamed", {"指标库!A6": "REVV"}, "E-KPI-UNKNOWN", "考核方案!B6", "REVV", STOPS),
    Case("no such direction", {"指标库!G6": "higher"}, "E-CHOICE", "指标库!G6", "higher", STOPS),
    Case("no direction", {"指标库!G6": None}, "E-CHOICE-EMPTY", "指标库!G6", "up, down, range", STOPS),
    Case("99 decimals", {"指标库!F6": 99.0}, "E-NUMBER-RANGE", "指标库!F6", "99", STOPS),
)
PLAN = (
    Case("weights sum to 1.1", {"考核方案!D6": 0.25}, "E-WEIGHT-SUM", "考核方案!D17", "1.1", HELD),
    Case("15 for 15 %", {"考核方案!D6": 15.0}, "E-WEIGHT-RANGE", "考核方案!D6", "15", HELD),
    Case("a weight as text", {"考核方案!D6": "15"}, "E-NUMBER", "考核方案!D6", "“15”", HELD),
    Case("no weight", {"考核方案!D6": None}, "E-WEIGHT-EMPTY", "考核方案!D6", "", HELD),
    Case("an error for a weight", {"考核方案!D6": "#N/A"}, "E-CELL-ERROR", "考核方案!D6", "#N/A", STOPS),
    Case("a row stands twice", {"考核方案!B7": "REV"}, "E-KEY-DUPLICATE", "考核方案!B7", "DECK12|REV", STOPS),
    Case("no template", {"考核方案!A6": None}, "E-KEY-EMPTY", "考核方案!A6", "方案代码", STOPS),
    Case("no such indicator", {"考核方案!B6": "REVV"}, "E-KPI-UNKNOWN", "考核方案!B6", "REV, ", STOPS),
    Case("no such rule", {"考核方案!E6": "RATIOS"}, "E-RULE-UNKNOWN", "考核方案!E6", "RATIOS", HELD),
    Case("no rule", {"考核方案!E6": None}, "E-CHOICE-EMPTY", "考核方案!E6", "RATIO", STOPS),
    Case("no such param", {"考核方案!F12": "bandz=3.5%:120"}, "E-PARAM-UNKNOWN", "考核方案!F12", "bandz", HELD),
    Case("a param in words", {"考核方案!F15": "unit=abc; dn=2"}, "E-PARAM-NUMBER", "考核方案!F15", "abc", HELD),
    Case("params out of order", {"考核方案!F12": "bands=2%:60, 3%:100"},
         "E-PARAM-ORDER", "考核方案!F12", "2%:60", HELD),
    Case("a param is missing", {"考核方案!F12": None}, "W-PARAM-MISSING", "考核方案!F12", "bands", HELD),
    Case("the cap lies below the floor", {"考核方案!G6": 50.0, "考核方案!H6": 60.0},
         "E-CAP-ORDER", "考核方案!G6", "50", HELD),
    Case("no such policy", {"考核方案!I6": "BLOK"}, "E-CHOICE", "考核方案!I6", "BLOK", STOPS),
    Case("a policy in small letters", {"考核方案!I6": "block"}, "E-CHOICE", "考核方案!I6", "block", STOPS),
    Case("no policy", {"考核方案!I6": None}, "E-CHOICE-EMPTY", "考核方案!I6", "BLOCK", STOPS),
    Case("measured at nobody", {"考核方案!J6": "D99"}, "E-SUBJECT-UNKNOWN", "考核方案!J6", "D99", HELD),
)  # fmt: skip
TARGETS = (
    Case("threshold above target", {"目标!D7": 0.3}, "E-ANCHOR-ORDER", "目标!E7", "0.3", HELD),
    Case("less is better, anchors rise", {"目标!D16": 18.0, "目标!F16": 36.0},
         "E-ANCHOR-ORDER", "目标!E16", "36", HELD),
    Case("target 0 under RATIO", {"目标!E6": 0.0}, "E-TARGET-ZERO", "目标!E6", "RATIO", HELD),
    Case("target 0 under RATIO_INV", {"考核方案!E17": "RATIO_INV", "目标!E17": 0.0},
         "E-TARGET-ZERO", "目标!E17", "RATIO_INV", HELD),
    Case("no target", {"目标!E6": None}, "W-TARGET-MISSING", "目标!E6", "REV", HELD),
    Case("a threshold in words", {"目标!D7": "18个点"}, "E-NUMBER", "目标!D7", "18个点", HELD),
    Case("targets in per cent", {"目标!D7": 18.0, "目标!E7": 22.0, "目标!F7": 26.0},
         "W-PERCENT", "目标!E7", "22", 90.22),
    Case("a target stands twice", {"目标!C7": "REV"}, "E-KEY-DUPLICATE", "目标!C7", "2026-03|D01|REV", HELD),
    Case("a target for nothing", {"目标!C7": None}, "E-KEY-EMPTY", "目标!C7", "指标代码", HELD),
    Case("space before a period", {"目标!A6": " 2026-03"}, "E-CODE-SPACE", "目标!A6", "␣2026-03", HELD),
)  # fmt: skip
ACTUALS = (
    Case("text in a numerator", {"填报!D6": "540万"}, "E-NUMBER", "填报!D6", "540万", HELD),
    Case("text in a denominator", {"填报!E7": "540万"}, "E-NUMBER", "填报!E7", "540万", HELD),
    Case("text in a value", {"填报!F9": "11%左右"}, "E-NUMBER", "填报!F9", "11%左右", HELD),
    Case("text in a sample size", {"填报!G13": "约1250"}, "E-NUMBER", "填报!G13", "约1250", HELD),
    Case("a date in a number", {"填报!D6": date(2026, 3, 5)}, "E-NUMBER-DATE", "填报!D6", "2026-03-05", HELD),
    Case("an error in a number", {"填报!D6": "#DIV/0!"}, "E-CELL-ERROR", "填报!D6", "#DIV/0!", HELD),
    Case("TRUE in a number", {"填报!D6": True}, "E-NUMBER", "填报!D6", "TRUE", HELD),
    Case("a number beyond all", {"填报!D6": 1e300}, "E-NUMBER-SIZE", "填报!D6", "1e+300", STOPS),
    Case("nothing reported", {"填报!D6": None}, "W-ACTUAL-MISSING", "填报!F6", "REV", HELD),
    Case("a dash is nothing", {"填报!D6": "—"}, "W-ACTUAL-MISSING", "填报!F6", "REV", HELD),
    Case("an actual stands twice", {"填报!C7": "REV"}, "E-KEY-DUPLICATE", "填报!C7", "2026-03|D01|REV", HELD),
    Case("no such indicator reported", {"填报!C6": "REVV"}, "E-KPI-UNKNOWN", "填报!C6", "REVV", HELD),
    Case("no such subject reported", {"填报!B6": "D1"}, "E-SUBJECT-UNKNOWN", "填报!B6", "D1", STOPS),
    Case("no subject", {"填报!B6": None}, "E-KEY-EMPTY", "填报!B6", "对象代码", STOPS),
    Case("space after a code", {"填报!C6": "REV "}, "E-CODE-SPACE", "填报!C6", "REV␣", HELD),
    Case("a wide space after a code", {"填报!C6": "REV\u3000"}, "E-CODE-SPACE", "填报!C6", "REV␣", HELD),
    Case("periods without zero", {"填报!A6": "2026-3", "填报!A7": "2026-3"}, "E-ROW-PERIOD", "填报!A6", "2026-3", HELD),
    Case("a period as a date", {"填报!A6": date(2026, 3, 1)}, "E-PERIOD-DATE", "填报!A6", "2026-03-01", STOPS),
    Case("a period as any date", {"填报!A6": date(1901, 5, 17)}, "E-PERIOD-DATE", "填报!A6", "1901-05-17", STOPS),
    Case("no such flag", {"填报!H6": "EXCLUDE"}, "E-CHOICE", "填报!H6", "EXCLUDE", HELD),
    Case("a date for a flag", {"填报!H6": date(2026, 3, 5)}, "E-CODE-DATE", "填报!H6", "2026-03-05", STOPS),
    Case("a flag in small letters", {"填报!H6": "excluded"}, "E-CHOICE", "填报!H6", "excluded", STOPS),
    Case("value and ratio differ", {"填报!F11": 0.3}, "E-FACT-UNEQUAL", "填报!F11", "0.375", HELD),
    Case("denominator 0", {"填报!E11": 0.0}, "E-FACT-DEN", "填报!E11", "30000", HELD),
    Case("denominator below 0", {"填报!E11": -5.0}, "E-FACT-DEN", "填报!E11", "-5", HELD),
    Case("0 of 0", {"填报!D11": 0.0, "填报!E11": 0.0}, "W-FACT-UNDEFINED", "填报!E11", "0", HELD),
    Case("no denominator", {"填报!E7": None}, "E-FACT-NO-DEN", "填报!E7", "1134000", HELD),
    Case("no numerator", {"填报!D7": None}, "E-FACT-NO-NUM", "填报!D7", "5400000", HELD),
    Case("11 for 11 %", {"填报!F9": 11.0}, "W-PERCENT", "填报!F9", "11", 99.97),
    Case("too few answers", {"填报!G13": 12.0}, "W-SAMPLE", "填报!G13", "12", HELD),
    Case("growth without a base", {"考核方案!E6": "GROWTH", "目标!D6": 0.0, "目标!E6": 0.1},
         "W-BASE-MISSING", "填报!F6", "2025-03", HELD),
    Case("a number where words decide", {"考核方案!E6": "PASSFAIL", "考核方案!F6": "op=in; value=通过"},
         "E-FACT-TEXT", "填报!F6", "通过", HELD),
    Case("not final", {"填报!H6": "PROVISIONAL"}, "I-PROVISIONAL", "填报!H6", "REV", D01_TOTAL),
)  # fmt: skip
ADJUSTMENTS = (
    Case("no evidence", adjustment(kind="bonus", points=2.0, evidence=None),
         "E-ADJUST-INCOMPLETE", "加减分!I6", "凭证编号", HELD),
    Case("blank evidence", adjustment(kind="bonus", points=2.0, evidence="  "),
         "E-ADJUST-INCOMPLETE", "加减分!I6", "凭证编号", HELD),
    Case("no approver", adjustment(kind="penalty", points=2.0, approver=None),
         "E-ADJUST-INCOMPLETE", "加减分!J6", "批准人", HELD),
    Case("negative points", adjustment(kind="penalty", points=-2.0), "E-ADJUST-NEGATIVE", "加减分!D6", "-2", HELD),
    Case("no points", adjustment(kind="bonus"), "E-ADJUST-POINTS", "加减分!D6", "bonus", HELD),
    Case("points in words", adjustment(kind="bonus", points="两分"), "E-NUMBER", "加减分!D6", "两分", HELD),
    Case("no such kind", adjustment(kind="malus", points=2.0), "E-CHOICE", "加减分!C6", "malus", HELD),
    Case("no kind", adjustment(points=2.0), "E-KEY-EMPTY", "加减分!C6", "类型", HELD),
    Case("space after a kind", adjustment(kind="bonus ", points=2.0), "E-CODE-SPACE", "加减分!C6", "bonus␣", HELD),
    Case("a veto without effect", adjustment(kind="veto"), "E-ADJUST-EFFECT", "加减分!E6", "CAP_SCORE", HELD),
    Case("ZERO_INDICATOR of nothing", adjustment(kind="veto", effect="ZERO_INDICATOR"),
         "E-ADJUST-SCOPE", "加减分!G6", "veto", HELD),
    Case("ZERO_INDICATOR off the card", adjustment(kind="veto", effect="ZERO_INDICATOR", scope="GMV"),
         "E-ADJUST-ELSEWHERE", "加减分!G6", "GMV", HELD),
    Case("no such grade", adjustment(kind="veto", effect="CAP_GRADE", value="E"),
         "E-ADJUST-GRADE", "加减分!F6", "E", HELD),
    Case("a cap above the scale", adjustment(kind="veto", effect="CAP_SCORE", value=150.0),
         "E-NUMBER-RANGE", "加减分!F6", "150", HELD),
    Case("nobody of that name", adjustment(subject="D9", kind="bonus", points=2.0),
         "E-SUBJECT-UNKNOWN", "加减分!B6", "D9", STOPS),
    Case("REWEIGHT without a waiver", NO_CSAT, "W-WAIVER-MISSING", "填报!F13", "CSAT", HELD),
    Case("REWEIGHT with a waiver", {**NO_CSAT, **adjustment(kind="waiver", scope="CSAT", evidence=None)},
         "W-ACTUAL-MISSING", "填报!F13", "REWEIGHT", 99.66),
    Case("a waiver for nothing", {**NO_CSAT, **adjustment(kind="waiver", evidence=None)},
         "E-ADJUST-SCOPE", "加减分!G6", "waiver", HELD),
)  # fmt: skip
CASES = (*SETTINGS, *GRADES, *SUBJECTS, *INDICATORS, *PLAN, *TARGETS, *ACTUALS, *ADJUSTMENTS)
