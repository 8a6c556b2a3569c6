"""指标值: one row per card, indicator and period that scoring looks at; a typed row is found by its key."""

from __future__ import annotations

from kpi_xl.book.table import Table, calc, value


def _typed(column: str) -> str:
    """The typed cell if it is a number (and the row is not pooled), else the rolled value."""
    found = f"INDEX([tblActuals.{column}#],[row])"
    rolled = f"[rolled_{column}]"
    return f"IF(AND([pooled]=0,ISNUMBER({found})),{found},{rolled})"


def _series(column: str) -> str:
    return f"SUMIFS([tblActuals.{column}],[tblActuals.subject],[scope],[tblActuals.kpi],[kpi])"


FACTS = Table(
    "tblFacts",
    "facts",
    "system",
    (
        value("key", width=22),
        value("period", "code"),
        value("subject", "code"),
        value("kpi", "code"),
        value("additive", "int", 7),
        value("factor", "int", 7),
        value("min_n", "int", 7),
        value("bad_den", "int", 7),
        value("pooled", "int", 7),
        value("carried", "int", 7),
        value("rolled_num", "num", 13),
        value("rolled_den", "num", 13),
        value("rolled_n", "num", 9),
        value("rolled_value", "num", 13),
        value("scope", "code"),
        value("source_then", "num", 13),
        calc("row", "IFERROR(MATCH([key],[tblActuals.key#],0),1)", "int", 7),
        calc("num", _typed("num"), "num", 14),
        calc("den", _typed("den"), "num", 14),
        calc("n", _typed("n"), "num", 9),
        calc("given", _typed("value"), "num", 14),
        calc("flag", 'IF([row]=1,"",INDEX([tblActuals.flag#],[row])&"")', "code", 13),
        calc("ratio", 'IF(AND(ISNUMBER([num]),ISNUMBER([den]),[den]>0),[num]/[den]*[factor],"—")', "num", 14),
        calc("amount", "IF(AND([additive]=1,ISNUMBER([num])),[num],[given])", "num", 14),
        calc("value", "IF(ISNUMBER([den]),[ratio],[amount])", "num", 14),
        calc(
            "flag_state",
            'MIN(IF([flag]="EXCLUDED",1,12),IF([flag]="ACCEPT_APPROX",9,12),IF([flag]="OVERRIDE",10,12),'
            'IF([flag]="PROVISIONAL",11,12))',
            "int",
            7,
        ),
        calc(
            "fault", "IF(AND(ISNUMBER([num]),ISNUMBER([den]),[den]<=0,OR([den]<0,[num]<>0)),[bad_den],12)", "int", 7
        ),
        calc("gap", "MIN(IF(ISNUMBER([value]),12,5),IF(AND(ISNUMBER([n]),[n]<[min_n]),6,12))", "int", 7),
        calc("state", "MIN([flag_state],[fault],[gap],[carried])", "int", 7),
        value("origin", "code", 10),
        calc(
            "source_now",
            f"CHOOSE(1+[pooled],0,{_series('num')}+{_series('den')}*3,SUMIFS([tblRatings.mark],[tblRatings.key],[key]))",
            "num",
            13,
        ),
        calc("source_value", f"IF([pooled]=1,{_series('n')}*7+{_series('value')}*11,0)", "num", 13),
        calc(
            "same",
            'SUMPRODUCT(([tblIndicators.kpi]&""=[kpi])*([tblIndicators.min_n]=[min_n])*(([tblIndicators.agg_time]="SUM")'
            '+([tblIndicators.agg_time]="DIST")+([tblIndicators.agg_time]="LAST")=[additive]))',
            "int",
            7,
        ),
        calc(
            "stale",
            "IF(AND([same]=1,ABS([source_now]+[source_value]-[source_then])<=0.000001*MAX(1,ABS([source_then]))),0,1)",
            "int",
            7,
        ),
    ),
    key=("period", "subject", "kpi"),
)
