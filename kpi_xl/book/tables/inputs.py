"""The tables a person fills, with their native key columns at the right edge."""

from __future__ import annotations

from kpi_xl.book.table import Table, row_key, typed

KINDS = ("bonus", "penalty", "veto", "waiver")
EFFECTS = ("CAP_SCORE", "CAP_GRADE", "ZERO_TOTAL", "ZERO_INDICATOR", "ZERO_PERSPECTIVE")
FLAGS = ("OVERRIDE", "ACCEPT_APPROX", "PROVISIONAL", "EXCLUDED")
POLICIES = ("BLOCK", "REWEIGHT", "POOL3", "ZERO", "LAST")
DIRECTIONS = ("up", "down", "range")
PERSPECTIVES = ("F", "U", "O")
SUBJECT_KINDS = ("company", "department", "team", "person")
STATES = ("draft", "targets_set", "running", "data_locked", "scored", "calibrated", "approved", "published", "archived")
LOCKED_STATES = ("approved", "published", "archived")
BLOCKS = ("summary", "outlook", "achievements", "problems", "improvements", "comment", "interview")
RULES = (
    "RATIO", "RATIO_INV", "LINEAR", "STEP", "DEDUCT", "PASSFAIL", "RANGE", "GROWTH", "EFFICACY", "EFFICACY_EXP",
    "EFFICACY_SOE", "BELL", "RANK", "PERCENTILE", "ZSCORE", "RATING", "MILESTONE", "BLEND",
)  # fmt: skip


_POINTS = "INDEX([tblLevels.points#],MATCH([level],[tblLevels.level#],0))"
_CAPPED = '([tblGrades.scheme]=[=scheme])*([tblGrades.grade]=[value]&"")'


def _key(*columns: str) -> str:
    blank = ",".join(f'[{column}]=""' for column in columns)
    joined = '&"|"&'.join(f"[{column}]" for column in columns)
    return f'IF(OR({blank}),"",{joined})'


SETTINGS = Table(
    "tblSettings",
    "settings",
    "input",
    (typed("key", "code", 18), typed("value", "any", 16), typed("note", "text", 92)),
    key=("key",),
)
PERIODS = Table(
    "tblPeriods",
    "settings",
    "input",
    (
        typed("period", "code", 11),
        typed("kind", "code", 7, ("M", "Q", "H", "Y", "C")),
        typed("start", "date", 12),
        typed("end", "date", 12),
        typed("parent", "code", 10),
    ),
    key=("period",),
)
GRADES = Table(
    "tblGrades",
    "settings",
    "input",
    (
        typed("scheme", "code", 11),
        typed("grade", "code", 7),
        typed("lo", "score", 9, rule="number"),
        typed("coef", "coef", 9, rule="number"),
        typed("slope", "num", 9, rule="number"),
    ),
)
POLICY_TABLE = Table(
    "tblPolicies", "settings", "input", (typed("policy", "code", 12), typed("fill", "text", 76)), key=("policy",)
)
LEVELS = Table(
    "tblLevels",
    "settings",
    "input",
    (typed("level", "code", 9), typed("points", "score", 9, rule="number")),
    key=("level",),
)
RATER_ROLES = Table(
    "tblRaterRoles",
    "settings",
    "input",
    (typed("role", "code", 11), typed("weight", "weight", 9, rule="fraction")),
    key=("role",),
)
SUBJECTS = Table(
    "tblSubjects",
    "subjects",
    "input",
    (
        typed("subject", "code", 10, rule="text"),
        typed("kind", "code", 13, SUBJECT_KINDS),
        typed("name", "text", 22),
        typed("parent", "code", 10),
        typed("template", "code", 14),
        typed("rank_group", "code", 14),
        typed("alpha", "weight", 9, rule="fraction"),
    ),
    key=("subject",),
)
INDICATORS = Table(
    "tblIndicators",
    "indicators",
    "input",
    (
        typed("kpi", "code", 10, rule="text"),
        typed("zh", "text", 18),
        typed("en", "text", 24),
        typed("perspective", "code", 9, PERSPECTIVES),
        typed("unit", "code", 9),
        typed("decimals", "int", 8, rule="number"),
        typed("direction", "code", 9, DIRECTIONS),
        typed("agg_time", "code", 11),
        typed("agg_unit", "code", 11),
        typed("variant", "text", 14),
        typed("min_n", "int", 8, rule="number"),
        typed("frequency", "code", 9, ("M", "Q", "H", "Y")),
        typed("nature", "code", 8, ("P", "R")),
        typed("scope", "code", 8, ("I", "E")),
        typed("horizon", "code", 8, ("S", "M", "L")),
        typed("owner", "text", 14),
        typed("source", "text", 18),
        typed("definition", "long", 60),
    ),
    key=("kpi",),
)
PLAN = Table(
    "tblPlan",
    "plan",
    "input",
    (
        typed("template", "code", 12, rule="text"),
        typed("kpi", "code", 9, rule="text"),
        typed("no", "int", 7, rule="number"),
        typed("weight", "weight", 9, rule="fraction"),
        typed("rule", "code", 14, RULES),
        typed("params", "text", 44, rule="text"),
        typed("cap", "num", 9, rule="number"),
        typed("floor", "num", 9, rule="number"),
        typed("missing", "code", 12, POLICIES),
        typed("measured_at", "code", 12),
        typed("core", "code", 8, ("Y", "N")),
        row_key("key", _key("template", "kpi"), 18),
    ),
    key=("template", "kpi"),
)
TARGETS = Table(
    "tblTargets",
    "targets",
    "input",
    (
        typed("period", "code", 11, rule="text"),
        typed("subject", "code", 10, rule="text"),
        typed("kpi", "code", 9, rule="text"),
        typed("threshold", "num", 16, rule="number"),
        typed("target", "num", 16, rule="number"),
        typed("stretch", "num", 16, rule="number"),
        typed("source", "text", 20),
        typed("approver", "text", 12),
        row_key("key", _key("period", "subject", "kpi"), 22),
    ),
    key=("period", "subject", "kpi"),
)
ACTUALS = Table(
    "tblActuals",
    "actuals",
    "input",
    (
        typed("period", "code", 11, rule="text"),
        typed("subject", "code", 10, rule="text"),
        typed("kpi", "code", 9, rule="text"),
        typed("num", "num", 16, rule="number"),
        typed("den", "num", 16, rule="number"),
        typed("value", "num", 16),
        typed("n", "int", 10, rule="number"),
        typed("flag", "code", 16, FLAGS),
        typed("source", "text", 20),
        typed("evidence", "text", 20),
        row_key("key", _key("period", "subject", "kpi"), 22),
    ),
    key=("period", "subject", "kpi"),
)
RATINGS = Table(
    "tblRatings",
    "ratings",
    "input",
    (
        typed("period", "code", 11, rule="text"),
        typed("subject", "code", 10, rule="text"),
        typed("kpi", "code", 9, rule="text"),
        typed("rater", "text", 14),
        typed("role", "code", 12),
        typed("level", "code", 10),
        typed("comment", "text", 44),
        row_key("key", _key("period", "subject", "kpi"), 22),
        row_key(
            "points",
            f'IF(ISNUMBER([level]),[level],IFERROR(IF(ISNUMBER({_POINTS}),{_POINTS},"—"),"—"))',
            9,
            "score",
        ),
        row_key(
            "share",
            "IFERROR(SUM(INDEX([tblRaterRoles.weight#],MATCH([role],[tblRaterRoles.role#],0))),0)",
            9,
            "weight",
        ),
        row_key("mark", 'IF(AND([key]<>"",ISNUMBER([points])),ROUND(1+[points]*(2+[share]),9),0)', 11, "num"),
    ),
)
ADJUSTMENTS = Table(
    "tblAdjustments",
    "adjustments",
    "input",
    (
        typed("period", "code", 11, rule="text"),
        typed("subject", "code", 10, rule="text"),
        typed("kind", "code", 10, KINDS),
        typed("points", "score", 9, rule="positive"),
        typed("effect", "code", 18, EFFECTS),
        typed("value", "num", 9),
        typed("scope", "code", 10),
        typed("reason", "text", 30),
        typed("evidence", "text", 16),
        typed("approver", "text", 12),
        row_key(
            "complete",
            'IF(AND([reason]<>"",[approver]<>"",OR([kind]="waiver",[evidence]<>"")),1,0)',
            9,
            "int",
        ),
        row_key(
            "key",
            'IF(OR([period]="",[subject]="",[kind]=""),"",[period]&"|"&[subject]&"|"&IF([complete]=1,[kind],"!"))',
            22,
        ),
        row_key(
            "mark",
            'IF(OR([complete]=0,[scope]=""),"",[period]&"|"&[subject]&"|"&[scope]&"|"&IF([kind]="waiver","WAIVER",[effect]))',
            34,
        ),
        row_key(
            "ceiling",
            f'IF(AND([effect]="CAP_GRADE",SUMPRODUCT({_CAPPED})>0),[=band_first]+SUMPRODUCT(([tblGrades.scheme]=[=scheme])'
            f"*([tblGrades.lo]<=SUMPRODUCT(MAX({_CAPPED}*[tblGrades.lo])))),0)",
            9,
        ),
        row_key(
            "limit",
            'CHOOSE(MAX(([effect]="ZERO_TOTAL")*2,([effect]="CAP_SCORE")*3,([effect]="CAP_GRADE")*4,1),[=total_cap],0,'
            "IF(ISNUMBER([value]),[value],[=veto_score]),"
            "IF(AND([ceiling]>0,[ceiling]<=[=band_last]),INDEX([tblGrades.lo#],[ceiling])-0.01,[=total_cap]))",
            9,
            "score",
        ),
    ),
)
COMMENTS = Table(
    "tblComments",
    "comments",
    "input",
    (
        typed("period", "code", 11, rule="text"),
        typed("subject", "code", 10, rule="text"),
        typed("block", "code", 16, BLOCKS),
        typed("text", "long", 90),
        row_key("key", _key("period", "subject", "block"), 30),
    ),
    key=("period", "subject", "block"),
)
ROLES = Table(
    "tblRoles",
    "roles",
    "input",
    (
        typed("person", "code", 10, rule="text"),
        typed("role_no", "int", 8, rule="number"),
        typed("parent", "code", 10, rule="text"),
        typed("template", "code", 14, rule="text"),
        typed("from", "date", 12, rule="date"),
        typed("to", "date", 12, rule="date"),
        typed("fte", "weight", 9, rule="fraction"),
    ),
    key=("person", "role_no"),
)
MILESTONES = Table(
    "tblMilestones",
    "milestones",
    "input",
    (
        typed("period", "code", 11, rule="text"),
        typed("subject", "code", 10, rule="text"),
        typed("plan", "text", 36, rule="text"),
        typed("weight", "weight", 9, rule="fraction"),
        typed("due", "date", 12, rule="date"),
        typed("done", "date", 12, rule="date"),
        typed("progress", "pct", 10, rule="fraction"),
        typed("evidence", "text", 24),
        row_key("key", _key("period", "subject", "plan"), 34),
    ),
    key=("period", "subject", "plan"),
)
