"""方案体检 and 公平性: what the checks of a plan found; balance and split targets as live arithmetic."""

from __future__ import annotations

from kpi_xl.book.table import Table, calc, value

_MINE = "([tblBasis.group]=[group])"
_SIDES = (
    '(([tblBasis.horizon]=[tag])+([tblBasis.horizon]="M")*[half]+([tblBasis.scope]=[tag])+([tblBasis.nature]=[tag])'
    "+([tblBasis.perspective]=[tag])+([tblBasis.kind]=[tag]))"
)
"""No letter is a tag of two axes, so one sum serves all; a medium term counts half for each side."""
_AXIS = "[tblBalance.group],[group],[tblBalance.no],[no]"


def _looked_up(column: str, row: str) -> str:
    """Text of an input cell in its own spelling; empty where there is no such row."""
    return f'IF([{row}]=1,"",INDEX([{column}#],[{row}])&"")'


SMART = Table(
    "tblSmart",
    "health",
    "system",
    (
        value("card", "code", 9), value("name", "text", 20), value("template", "code", 15), value("kpi", "code", 10),
        value("indicator", "text", 22), value("S", "flag", 8), value("M", "flag", 8), value("A", "flag", 8),
        value("R", "flag", 8), value("T", "flag", 8), value("blocking", "int", 9),
    ),
    key=("card", "kpi"),
)  # fmt: skip
HEALTH = Table(
    "tblHealth",
    "health",
    "system",
    (
        value("card", "code", 9), value("template", "code", 15), value("kpi", "code", 10), value("check", "code", 8),
        value("title", "text", 18), value("letter", "text", 12), value("verdict", "code", 9),
        value("gates", "code", 10), value("fact", "long", 60), value("remedy", "long", 66), value("reason", "long", 24),
    ),
    key=("card", "kpi", "check"),
)  # fmt: skip
BALANCE = Table(
    "tblBalance",
    "health",
    "system",
    (
        value("card", "text", 24), value("cards", "code", 7), value("axis", "text", 20), value("side", "text", 16),
        calc("share", 'IF([tagged]>0,ROUND([part]/[tagged],9),"—")', "pct", 9),
        value("wanted", "pct", 9), value("tolerance", "pct", 9), value("least", "pct", 9),
        calc("deviation", 'IF(AND(ISNUMBER([share]),ISNUMBER([wanted])),ROUND(ABS([share]-[wanted]),9),"—")', "pct", 9),
        calc(
            "index",
            f'IF(AND([place]=1,ISNUMBER([deviation])),ROUND(1-SUMIFS([tblBalance.deviation],{_AXIS})/2,9),"—")',
            "score",
            9,
        ),
        calc(
            "sign",
            'IF(ISNUMBER([share]),CHOOSE(1+MAX(IF(ISNUMBER([deviation]),([deviation]>[tolerance])+([deviation]>'
            'ROUND(2*[tolerance],9)),0),IF(ISNUMBER([least]),([share]<[least])*1,0)),"✓","▲","✗"),"–")',
            "flag",
            7,
        ),
        value("gates", "code", 9),
        calc("part", f"ROUND(SUMPRODUCT({_MINE}*[tblBasis.weight]*{_SIDES}),12)", "pct", 9),
        calc("tagged", f"SUMIFS([tblBalance.part],{_AXIS})", "pct", 9),
        value("tag", "code", 7), value("half", "num", 7), value("group", "int", 6), value("no", "int", 6),
        value("place", "int", 6),
    ),
    key=("group", "tag"),
)  # fmt: skip
EMPHASIS = Table(
    "tblEmphasis",
    "health",
    "system",
    (
        value("card", "text", 16), value("cards", "code", 7),
        calc("core", 'ROUND(SUMIFS([tblBasis.weight],[tblBasis.group],[group],[tblBasis.core],"Y"),9)', "pct", 10),
        value("core_wanted", "pct", 10),
        calc("peak", f'ROUND(SUMPRODUCT(MAX({_MINE}*([tblBasis.core]="Y")*[tblBasis.weight])),9)', "pct", 10),
        calc("peak_wanted", "ROUND(1.5*[middle],9)", "pct", 10),
        value("middle", "pct", 10), value("top", "pct", 10), value("lacking", "text", 18),
        calc("sign", 'IF(AND([core]>=[core_wanted],[peak]>0,[peak]>=[peak_wanted],[lacking]=""),"✓","▲")', "flag", 7),
        value("gates", "code", 9), value("group", "int", 6),
    ),
    key=("group",),
)  # fmt: skip
COLLABORATION = Table(
    "tblCollaboration",
    "health",
    "system",
    (
        value("card", "code", 13), value("kpi", "code", 10), value("mode", "code", 15), value("units", "text", 28),
        value("weight", "pct", 9), value("wanted", "pct", 10), value("verdict", "code", 9), value("fact", "long", 36),
    ),
)  # fmt: skip
_SAME = "([tblShares.whole_key]=[whole_key])"
_AHEAD = (
    "([tblShares.rest]>[rest])+([tblShares.rest]=[rest])*(([tblShares.share]>[share])"
    "+([tblShares.share]=[share])*([tblShares.seq]<[seq]))"
)


def _target(key: str) -> str:
    found = f"INDEX([tblTargets.target#],IFERROR(MATCH([{key}],[tblTargets.key#],0),1))"
    return f'IF(ISNUMBER({found}),{found},"—")'


SHARES = Table(
    "tblShares",
    "health",
    "system",
    (
        value("kpi", "code", 10), value("parent", "code", 10), value("unit", "text", 18), value("share", "pct", 9),
        value("step", "num", 9), calc("whole", _target("whole_key"), "num", 15),
        calc("ideal", "IF(ISNUMBER([whole]),ROUND([whole]/[step]*[share],6),0)", "num", 14),
        calc("base", "INT([ideal])", "int", 14), calc("rest", "ROUND([ideal]-[base],6)", "num", 9),
        calc("order", f"1+SUMPRODUCT({_SAME}*({_AHEAD}))", "int", 7),
        calc(
            "left",
            "IF(ISNUMBER([whole]),ROUND([whole]/[step],0)-SUMIFS([tblShares.base],[tblShares.whole_key],[whole_key]),0)",
            "int",
            9,
        ),
        calc(
            "is_whole",
            "IF(ISNUMBER([whole]),IF(AND([whole]>=0,ROUND([whole]/[step]-ROUND([whole]/[step],0),6)=0,"
            "ROUND(SUMIFS([tblShares.share],[tblShares.whole_key],[whole_key]),9)=1),1,0),0)",
            "int",
            9,
        ),
        calc("exact", 'IF([is_whole]=1,ROUND(([base]+([order]<=[left]))*[step],9),"—")', "num", 15),
        calc("typed", _target("key"), "num", 15),
        calc(
            "sign",
            'IF(AND(ISNUMBER([exact]),ISNUMBER([typed])),IF(ABS([exact]-[typed])<=0.000000001*MAX(1,ABS([exact])),"✓",'
            '"▲"),"–")',
            "flag",
            7,
        ),
        value("whole_key", "text", 22), value("key", "text", 22), value("seq", "int", 6),
    ),
    key=("key",),
)  # fmt: skip
BASIS = Table(
    "tblBasis",
    "health",
    "system",
    (
        value("card", "code", 13), value("kpi", "code", 10), value("indicator", "text", 22), value("factor", "pct", 9),
        calc(
            "weight",
            "IF(ISNUMBER(INDEX([tblPlan.weight#],[plan_row])),ROUND(INDEX([tblPlan.weight#],[plan_row])*[factor],12),0)",
            "pct",
            9,
        ),
        calc("horizon", _looked_up("tblIndicators.horizon", "kpi_row"), "code", 8),
        calc("scope", _looked_up("tblIndicators.scope", "kpi_row"), "code", 8),
        calc("nature", _looked_up("tblIndicators.nature", "kpi_row"), "code", 8),
        calc("perspective", _looked_up("tblIndicators.perspective", "kpi_row"), "code", 8),
        calc("kind", 'IF(OR([rule]="RATING",[rule]="MILESTONE"),"qual","quant")', "code", 8),
        calc("core", _looked_up("tblPlan.core", "plan_row"), "code", 7),
        calc("rule", _looked_up("tblPlan.rule", "plan_row"), "code", 12),
        calc(
            "anchors",
            'IF([target_key]="",0,SUMIFS([tblTargets.threshold],[tblTargets.key],[target_key])+3*SUMIFS('
            "[tblTargets.target],[tblTargets.key],[target_key])+7*SUMIFS([tblTargets.stretch],[tblTargets.key],[target_key]))",
            "num",
            14,
        ),
        calc("now", '[horizon]&[scope]&[nature]&[perspective]&[core]&[rule]', "code", 16),
        value("then", "code", 16), value("then_weight", "pct", 9), value("then_anchors", "num", 14),
        calc(
            "stale",
            "IF(AND([now]=[then],ROUND([weight]-[then_weight],9)=0,ABS([anchors]-[then_anchors])<="
            "0.000001*MAX(1,ABS([then_anchors]))),0,1)",
            "int",
            7,
        ),
        value("plan_key", "text", 20), value("target_key", "text", 24),
        calc("plan_row", "IFERROR(MATCH([plan_key],[tblPlan.key#],0),1)", "int", 8),
        calc("kpi_row", "IFERROR(MATCH([kpi],[tblIndicators.kpi#],0),1)", "int", 8),
        value("group", "int", 6),
    ),
    key=("group", "plan_key"),
)  # fmt: skip
FAIRNESS = Table(
    "tblFairness",
    "fairness",
    "system",
    (
        value("title", "text", 18), value("scope", "text", 24), value("found", "num", 9), value("limit", "num", 9),
        value("sign", "flag", 7), value("fact", "long", 78), value("remedy", "long", 60),
    ),
)  # fmt: skip
TEAMS = Table(
    "tblTeams",
    "fairness",
    "system",
    (
        value("team", "code", 8), value("name", "text", 18), value("people", "int", 7), value("median", "score", 10),
        value("measured", "score", 10), value("top", "int", 8), value("rate", "pct", 10), value("ratio", "pct", 10),
    ),
    key=("team",),
)  # fmt: skip
HEALTH_TABLES = (SMART, HEALTH, BALANCE, EMPHASIS, COLLABORATION, SHARES, BASIS)
FAIRNESS_TABLES = (FAIRNESS, TEAMS)
