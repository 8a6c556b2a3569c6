"""The tables that weights are judged, proposed and kept in: what people state, and what comes of it."""

from __future__ import annotations

from kpi_xl.book.table import Table, calc, row_key, typed, value

STATED = ("direct", "roc", "ranksum", "reciprocal", "qfd", "ahp", "bwm")
OBJECTIVE = ("entropy", "critic", "std", "cv", "maxdev", "merec")
COMBINED = ("combine", "game")
METHODS = (*STATED, *OBJECTIVE, *COMBINED)
"""Every method that may be chosen, in the order of the sheet."""
ADVISORY = ("pca",)
"""What is shown beside them and never chosen."""
COMPARED = (*METHODS, *ADVISORY)
COMBINATIONS = ("linear", "geometric", "multiplicative")
GROUPS = ("AIJ", "AIP", "AIP_MEAN")
AHP_METHODS = ("eigenvector", "geometric")
CR_LIMITS = ("standard", "strict")
BWM_MODELS = ("linear", "nonlinear")
STRENGTHS = ("0", "1", "3", "9")
WHOLE, TOP = "ALL", "TOP"
"""Matrices: every indicator at once; the perspectives. A perspective's own is named by its letter."""

_LINKED = (
    "AND(SUMPRODUCT(([tblGoals.goal]=[goal])*1)=1,SUMPRODUCT(([tblIndicators.kpi]=[kpi])*1)=1,"
    "OR([strength]=0,[strength]=1,[strength]=3,[strength]=9))"
)
_SERVED = "SUMPRODUCT(([tblGoalLinks.goal]=[goal])*([tblGoalLinks.strength]>0))"
_JUDGED = 'IFERROR(INDEX([tblScale.ratio#],MATCH([value]&"",[tblScale.step#],0)),"✗")'
_PAIR = '[template]&"|"&[expert]&"|"&[matrix]&"|"'
_OUTER = "COUNTIFS([tblBestWorst.template],[template],[tblBestWorst.{}],1)"
_BEST, _WORST = _OUTER.format("best_to_other"), _OUTER.format("other_to_worst")
_TWO = "[best_to_other],[other_to_worst]"

GOALS = Table(
    "tblGoals",
    "goals",
    "input",
    (
        typed("goal", "text", 34, rule="text"),
        typed("weight", "weight", 9, rule="positive"),
        row_key("share", 'IF(COUNT([weight])=0,"",IFERROR([weight]/SUM([tblGoals.weight]),""))', 9, "pct"),
        row_key("served", f'IF([goal]="","",{_SERVED})', 9, "int"),
        row_key("check", 'IF([goal]="","",IF([served]>0,"✓","▲"))', 7, "flag"),
    ),
    key=("goal",),
)
GOAL_LINKS = Table(
    "tblGoalLinks",
    "goals",
    "input",
    (
        typed("goal", "text", 34, rule="text"),
        typed("kpi", "code", 10, rule="text"),
        typed("strength", "int", 9, STRENGTHS),
        row_key("check", f'IF(AND([goal]="",[kpi]=""),"",IF({_LINKED},"✓","✗"))', 7, "flag"),
    ),
    key=("goal", "kpi"),
)
WEIGHING = Table(
    "tblWeighing",
    "judgements",
    "input",
    (
        typed("template", "code", 15, rule="text"),
        typed("method", "code", 11, METHODS),
        typed("ahp", "code", 12, AHP_METHODS),
        typed("cr", "code", 10, CR_LIMITS, optional=True),
        typed("bwm", "code", 11, BWM_MODELS, optional=True),
        typed("group", "code", 11, GROUPS),
        typed("stated", "code", 11, STATED),
        typed("objective", "code", 10, OBJECTIVE),
        typed("combination", "code", 13, COMBINATIONS),
        typed("share", "weight", 9, rule="fraction"),
        typed("floor", "weight", 9, rule="fraction"),
        typed("unit", "weight", 9, rule="fraction"),
        typed("reason", "text", 42, rule="text", optional=True),
        typed("approver", "text", 10, rule="text", optional=True),
    ),
    key=("template",),
)
RANKS = Table(
    "tblRanks",
    "judgements",
    "input",
    (
        typed("template", "code", 15, rule="text"),
        typed("kpi", "code", 9, rule="text"),
        typed("rank", "int", 8, rule="positive"),
        typed("low", "weight", 7, rule="fraction"),
        typed("high", "weight", 7, rule="fraction"),
        row_key(
            "check",
            'IF(COUNT([rank],[low],[high])=0,"",IF(OR(AND(COUNT([rank])=1,[rank]<1),'
            'AND(COUNT([low],[high])=2,[low]>[high]),AND(COUNT([high])=1,[high]>0.4)),"✗","✓"))',
            7,
            "flag",
        ),
    ),
    key=("template", "kpi"),
)
BEST_WORST = Table(
    "tblBestWorst",
    "judgements",
    "input",
    (
        typed("template", "code", 15, rule="text"),
        typed("kpi", "code", 9, rule="text"),
        typed("best_to_other", "int", 9, rule="positive"),
        typed("other_to_worst", "int", 9, rule="positive"),
        row_key(
            "check",
            f'IF(COUNT({_TWO})=0,"",IF(AND(COUNT({_TWO})=2,MIN({_TWO})>=1,MAX({_TWO})<=9,'
            f'{_BEST}>0,{_WORST}>0),"✓","✗"))',
            7,
            "flag",
        ),
    ),
    key=("template", "kpi"),
)
JUDGEMENTS = Table(
    "tblJudgements",
    "judgements",
    "input",
    (
        typed("template", "code", 15, rule="text"),
        typed("expert", "code", 12, rule="text"),
        typed("matrix", "code", 8, rule="text"),
        typed("row", "code", 9, rule="text"),
        typed("column", "code", 9, rule="text"),
        typed("value", "code", 9, rule="one of tblScale.step"),
        row_key("ratio", f'IF([value]="","",{_JUDGED})', 9, "num"),
        row_key("reverse", 'IF(ISNUMBER([ratio]),1/[ratio],"")', 9, "num"),
        row_key("key", f'IF(OR([template]="",[row]="",[column]=""),"",{_PAIR}&[row]&"|"&[column])', 24),
        row_key(
            "check",
            f'IF(OR([key]="",[value]=""),"",IF(AND(ISNUMBER([ratio]),SUMPRODUCT(([tblJudgements.key]=[key])*1)=1,'
            f'SUMPRODUCT(([tblJudgements.key]={_PAIR}&[column]&"|"&[row])*1)=0),"✓","✗"))',
            7,
            "flag",
        ),
    ),
    key=("template", "expert", "matrix", "row", "column"),
)
EXPERTS = Table(
    "tblExperts",
    "judgements",
    "input",
    (typed("expert", "code", 12, rule="text"), typed("say", "num", 8, rule="positive")),
    key=("expert",),
)
SCALE = Table(
    "tblScale",
    "judgements",
    "input",
    (
        typed("step", "code", 7, rule="text"),
        typed("ratio", "num", 10, rule="positive"),
        typed("meaning", "text", 30),
    ),
    key=("step",),
)


def _tag(column: str) -> str:
    return f'IFERROR(INDEX([tblIndicators.{column}#],MATCH([kpi],[tblIndicators.kpi#],0))&"","")'


def _share(column: str, code: str) -> str:
    return f'SUMIFS([tblWeights.final],[tblWeights.template],[template],[tblWeights.{column}],"{code}")'


_PLANNED = 'MATCH([template]&"|"&[kpi],[tblPlan.key#],0)'
_ORDER = "[tblWeights.final]-[tblWeights.no]/1000000000>[final]-[no]/1000000000"

WEIGHTS = Table(
    "tblWeights",
    "weights",
    "system",
    (
        value("template", "code", 15),
        value("no", "int", 6),
        value("kpi", "code", 9),
        value("name", "text", 22),
        calc("perspective", _tag("perspective"), "code", 11),
        calc("horizon", _tag("horizon"), "code", 7),
        calc("scope", _tag("scope"), "code", 7),
        calc("nature", _tag("nature"), "code", 7),
        calc("core", f'IFERROR(INDEX([tblPlan.core#],{_PLANNED})&"","")', "code", 7),
        value("raw", "pct", 9),
        value("low", "weight", 7),
        value("high", "weight", 7),
        value("adjusted", "weight", 9),
        calc("final", f"IFERROR(SUM(INDEX([tblPlan.weight#],{_PLANNED})),0)", "weight", 9),
        calc("difference", 'IF(ISNUMBER([adjusted]),ROUND(([adjusted]-[final])*100,9),"—")', "delta", 13),
        calc("rank", f"1+SUMPRODUCT(([tblWeights.template]=[template])*({_ORDER}))", "int", 6),
        calc("check", 'IF(AND(ROUND([final],9)>=[low],ROUND([final],9)<=[high]),"✓","▲")', "flag", 7),
        value("note", "text", 38),
    ),
    key=("template", "kpi"),
)
CARD_WEIGHTS = Table(
    "tblCardWeights",
    "weights",
    "system",
    (
        value("template", "code", 15),
        value("method", "text", 14),
        value("status", "code", 13),
        calc("total", "ROUND(SUMIFS([tblWeights.final],[tblWeights.template],[template]),9)", "weight", 8),
        calc("whole", 'IF([total]=1,"✓","✗")', "flag", 6),
        calc("proposed", "ROUND(SUMIFS([tblWeights.adjusted],[tblWeights.template],[template]),9)", "weight", 8),
        calc("top", 'SUMIFS([tblWeights.final],[tblWeights.template],[template],[tblWeights.rank],"<=3")', "weight", 8),
        calc("core", _share("core", "Y"), "weight", 8),
        calc("F", _share("perspective", "F"), "weight", 8),
        calc("U", _share("perspective", "U"), "weight", 8),
        calc("O", _share("perspective", "O"), "weight", 8),
        calc("S", f"{_share('horizon', 'S')}+{_share('horizon', 'M')}/2", "weight", 8),
        calc("L", f"{_share('horizon', 'L')}+{_share('horizon', 'M')}/2", "weight", 8),
        calc("I", _share("scope", "I"), "weight", 8),
        calc("E", _share("scope", "E"), "weight", 8),
        calc("P", _share("nature", "P"), "weight", 8),
        calc("R", _share("nature", "R"), "weight", 8),
        value("message", "long", 44),
    ),
    key=("template",),
)
SHARES = ("F", "U", "O", "S", "L", "I", "E", "P", "R")
"""Columns of `CARD_WEIGHTS` that bars are drawn in."""
METHOD_WEIGHTS = Table(
    "tblMethodWeights",
    "weights",
    "system",
    (value("template", "code", 15), value("kpi", "code", 9), *(value(method, "pct", 11) for method in COMPARED)),
    key=("template", "kpi"),
)
DIAGNOSES = Table(
    "tblDiagnoses",
    "diagnoses",
    "system",
    (
        value("template", "code", 15),
        value("method", "text", 16),
        value("status", "code", 13),
        value("measure", "text", 20),
        value("about", "text", 22),
        value("found", "num", 11),
        value("limit", "num", 9),
        value("sign", "flag", 6),
        value("message", "long", 70),
    ),
)
MATRICES = Table(
    "tblMatrices",
    "matrices",
    "system",
    (
        value("template", "code", 15),
        value("expert", "code", 16),
        value("matrix", "code", 9),
        value("size", "int", 6),
        value("known", "int", 10),
        value("lambda", "coef", 10),
        value("ci", "coef", 9),
        value("ri", "coef", 8),
        value("cr", "coef", 9),
        value("cr_limit", "coef", 8),
        value("gci", "coef", 9),
        value("gci_limit", "coef", 8),
        value("sign", "flag", 6),
    ),
    key=("template", "expert", "matrix"),
)
SHAKEN = Table(
    "tblShaken",
    "shaken",
    "system",
    (
        value("card", "code", 10),
        value("name", "text", 18),
        value("template", "code", 15),
        value("total", "score", 9),
        value("lowest", "score", 9),
        value("highest", "score", 9),
        value("grade", "code", 7),
        value("grade_changes", "pct", 10),
        value("rank", "int", 7),
        value("rank_changes", "pct", 10),
        value("best", "int", 7),
        value("worst", "int", 7),
        value("note", "text", 44),
    ),
    key=("card",),
)
SWAPS = Table(
    "tblSwaps",
    "shaken",
    "system",
    (
        value("ahead", "code", 10),
        value("behind", "code", 10),
        value("kpi", "code", 9),
        value("name", "text", 22),
        value("weight", "weight", 8),
        value("critical", "pct", 10),
        value("change", "pct", 10),
    ),
)
SHIFTS = Table(
    "tblShifts",
    "shaken",
    "system",
    (
        value("template", "code", 15),
        value("kpi", "code", 9),
        value("name", "text", 22),
        value("change", "pct", 9),
        value("largest", "num", 10),
        value("tau", "num", 9),
    ),
)
WEIGHT_LOG = Table(
    "tblWeightLog",
    "diagnoses",
    "system",
    (
        value("no", "int", 6),
        value("period", "code", 10),
        value("template", "code", 15),
        value("kpi", "code", 9),
        value("old", "pct", 9),
        value("new", "pct", 9),
        value("method", "text", 16),
        value("cr", "coef", 9),
        value("reason", "text", 30),
        value("approver", "text", 10),
    ),
)
STATED_TABLES = (GOALS, GOAL_LINKS, WEIGHING, RANKS, BEST_WORST, JUDGEMENTS, EXPERTS, SCALE)
"""What people fill in."""
SHOWN_TABLES = (WEIGHTS, CARD_WEIGHTS, METHOD_WEIGHTS, DIAGNOSES, WEIGHT_LOG, MATRICES, SHAKEN, SWAPS, SHIFTS)
"""What weighing writes."""
