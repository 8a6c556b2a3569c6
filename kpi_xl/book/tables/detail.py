"""评分明细: one row per indicator on a card, from the actual to the weighted score, left to right."""

from __future__ import annotations

from kpi_xl.book.table import Table, calc, value


def _change(actual: str, base: str) -> str:
    """Growth against a base; a base of zero has none unless both are zero."""
    return (
        f"IF(AND(COUNT([{actual}],[{base}])=2,OR([{base}]<>0,[{actual}]=0)),"
        f'([{actual}]-[{base}])/MAX(ABS([{base}]),([{base}]=0)*1),"—")'
    )


def _number(found: str, otherwise: str) -> str:
    return f"IF(ISNUMBER({found}),{found},{otherwise})"


def _target(column: str) -> str:
    """The typed anchor, for the part of the period that the role was held."""
    found = f"INDEX([tblTargets.{column}#],[target_row])"
    return f'IF(ISNUMBER({found}),{found}*[share],"—")'


def _fact(row: str) -> str:
    found = f"INDEX([tblFacts.value#],[{row}])"
    return f'IF(ISNUMBER({found}),ROUND({found},[decimals]),"—")'


_SEGMENT = "[first]-1+MATCH([x],INDEX([tblCurves.start#],[first]):INDEX([tblCurves.start#],[first]+[segments]-1),1)"
_RAW = "INDEX([tblCurves.y0#],[segment])+INDEX([tblCurves.slope#],[segment])*([x]-INDEX([tblCurves.x0#],[segment]))"
_TYPED_ROW = "INDEX([tblFacts.row#],[fact_row])"
_TYPED = f"INDEX([tblActuals.value#],{_TYPED_ROW})"
_WORDS = f'IF(AND([valued]=1,{_TYPED_ROW}>1),IF(ISNUMBER({_TYPED}),"",{_TYPED})&"","")'

DETAIL = Table(
    "tblDetail",
    "detail",
    "system",
    (
        value("row", "int", 6),
        value("card", "code", 8),
        value("card_key", "code", 14),
        value("key", "text", 20),
        value("key_year", "text", 20),
        value("key_period", "text", 20),
        value("plan_key", "text", 16),
        value("kpi", "code", 8),
        value("name", "text", 16),
        value("perspective", "code", 8),
        value("perspective_name", "code", 9),
        value("unit", "code", 8),
        value("definition", "text", 24),
        value("source", "text", 14),
        value("rule", "code", 13),
        value("rule_text", "text", 30),
        value("direction", "code", 8),
        value("policy", "code", 10),
        value("measure", "int", 7),
        value("reference", "int", 7),
        value("constant", "num", 10),
        value("sign", "int", 6),
        value("digits", "int", 6),
        value("decimals", "int", 6),
        value("shown", "int", 6),
        value("need_t", "int", 6),
        value("need_b", "int", 6),
        value("need_s", "int", 6),
        value("nonzero", "int", 6),
        value("rule_cap", "num", 8),
        value("rule_floor", "num", 8),
        value("hold", "int", 6),
        value("standing", "int", 7),
        value("share", "weight4", 8),
        value("valued", "int", 6),
        value("rule_points", "num", 9),
        calc("plan_row", "IFERROR(MATCH([plan_key],[tblPlan.key#],0),1)", "int", 7),
        calc("weight", _number("INDEX([tblPlan.weight#],[plan_row])", "0"), "weight", 8),
        calc("target_row", "IFERROR(MATCH([key],[tblTargets.key#],0),1)", "int", 7),
        calc("threshold", _target("threshold"), "num", 13),
        calc("target", _target("target"), "num", 13),
        calc("stretch", _target("stretch"), "num", 13),
        calc("cap", _number("INDEX([tblPlan.cap#],[plan_row])", "[rule_cap]"), "num", 8),
        calc("floor", _number("INDEX([tblPlan.floor#],[plan_row])", "[rule_floor]"), "num", 8),
        calc("fact_row", "IFERROR(MATCH([key],[tblFacts.key#],0),1)", "int", 7),
        calc("year_row", "IFERROR(MATCH([key_year],[tblFacts.key#],0),1)", "int", 7),
        calc("period_row", "IFERROR(MATCH([key_period],[tblFacts.key#],0),1)", "int", 7),
        calc("actual", _fact("fact_row"), "num", 14),
        calc("last_year", _fact("year_row"), "num", 14),
        calc("last_period", _fact("period_row"), "num", 14),
        calc("growth_year", _change("actual", "last_year"), "pct", 9),
        calc("growth_period", _change("actual", "last_period"), "pct", 9),
        calc("base_value", 'CHOOSE([reference],"—",[last_year],[last_period],[constant])', "num", 13),
        calc("growth", _change("actual", "base_value"), "pct", 9),
        calc(
            "inverse",
            'IF(AND([measure]=3,COUNT([actual],[target])=2),IF([actual]>0,[target]/[actual],1000000),"—")',
            "num",
            9,
        ),
        calc("basis", "CHOOSE([measure],[actual],[growth],[inverse])", "num", 13),
        calc(
            "attainment",
            'IF(AND(COUNT([basis],[target])=2,[target]<>0,[measure]<3,[direction]<>"range"),'
            '1+[sign]*([basis]-[target])/ABS([target]),"—")',
            "pct",
            9,
        ),
        calc("first", "IFERROR(MATCH([row],[tblCurves.row#],0),1)", "int", 7),
        calc("segments", "COUNTIF([tblCurves.row],[row])", "int", 7),
        calc(
            "config",
            "IF(AND([hold]=0,[segments]+[valued]>0,COUNTIFS([tblCurves.row],[row],[tblCurves.order_ok],0)=0,"
            "[need_t]<=COUNT([target]),[need_b]<=COUNT([threshold]),[need_s]<=COUNT([stretch]),"
            "OR([nonzero]=0,SUM([target])<>0)),12,2)",
            "int",
            7,
        ),
        calc("no_base", "IF(AND([measure]=2,ISNUMBER([actual]),NOT(ISNUMBER([growth]))),4,12)", "int", 7),
        calc(
            "fact_state",
            "CHOOSE(1+[valued],INDEX([tblFacts.state#],[fact_row]),"
            "MIN(INDEX([tblFacts.flag_state#],[fact_row]),IF(ISNUMBER([rule_points]),12,5)),"
            "MIN(INDEX([tblFacts.state#],[fact_row]),IF(ISNUMBER([rule_points]),12,6)))",
            "int",
            7,
        ),
        calc("raw_state", "MIN([standing],[config],[no_base],[fact_state])", "int", 7),
        calc("gate", 'COUNTIF([tblAdjustments.mark],[card_key]&"|"&[kpi]&"|ZERO_INDICATOR")', "int", 7),
        calc(
            "state",
            'IF(AND([raw_state]>=4,OR([gate]>0,AND([policy]="ZERO",[raw_state]<=6))),7,[raw_state])',
            "int",
            7,
        ),
        calc(
            "status",
            'CHOOSE(1+[state],"NOT_DUE","EXCLUDED","CONFIG_ERROR","NON_FINITE","NO_BASE","MISSING","INSUFFICIENT","ZEROED","CARRIED",'
            '"APPROX","OVERRIDDEN","PROVISIONAL","OK")',
            "code",
            14,
        ),
        calc("mode", "3-([state]>=7)*1-([state]>=8)*1", "int", 7),
        calc("x", 'IF(ISNUMBER([basis]),ROUND([sign]*[basis],[digits]),"—")', "num", 14),
        calc("segment", f'IF(AND(ISNUMBER([x]),[config]=12,[segments]>0),{_SEGMENT},"—")', "int", 7),
        calc(
            "points",
            f'IF(ISNUMBER([segment]),MEDIAN([floor],[cap],{_RAW}),IF(ISNUMBER([rule_points]),MEDIAN([floor],[cap],[rule_points]),"—"))',
            "num",
            11,
        ),
        calc("score", 'CHOOSE([mode],ROUND(ROUND([points],9),2),0,"—")', "score", 9),
        calc("counts", "IF(ISNUMBER([score]),1,0)", "int", 7),
        calc(
            "waived",
            'IF(AND([policy]="REWEIGHT",[state]>=4,[mode]=3),COUNTIF([tblAdjustments.mark],[card_key]&"|"&[kpi]&"|WAIVER"),0)',
            "int",
            7,
        ),
        calc("blocks", "IF(AND([weight]>0,[mode]=3,[state]>1,[waived]=0),1,0)", "int", 7),
        calc("missing_weight", "IF(AND([mode]=3,[state]>=4),[weight],0)", "weight", 8),
        calc(
            "effective",
            "IF(AND([counts]=1,[weight]>0),[weight]/SUMIFS([tblDetail.weight],[tblDetail.card_key],[card_key],[tblDetail.counts],1),0)",
            "weight4",
            9,
        ),
        calc(
            "keep",
            'IF(COUNTIF([tblAdjustments.mark],[card_key]&"|"&[perspective]&"|ZERO_PERSPECTIVE")>0,0,1)',
            "int",
            7,
        ),
        calc("weighted", 'IF([counts]=1,ROUND(ROUND([score]*[effective]*[keep],9),2),"—")', "score", 9),
        calc("exact", "IF([counts]=1,IF([mode]=1,[points],0)*[effective]*[keep],0)", "num", 10),
        calc("ranked", "IF([counts]=1,[score],0)", "score", 9),
        value("needed", "text", 13),
        value("then_actual", "num", 13),
        value("then_threshold", "num", 13),
        value("then_target", "num", 13),
        value("then_stretch", "num", 13),
        value("then_weight", "weight", 8),
        value("then_state", "int", 7),
        value("then_plan", "text", 20),
        value("then_score", "score", 9),
        calc("words_now", _WORDS, "text", 10),
        calc(
            "plan_now",
            'INDEX([tblPlan.rule#],[plan_row])&"|"&INDEX([tblPlan.params#],[plan_row])&"|"'
            '&INDEX([tblPlan.missing#],[plan_row])&IF([valued]=1,"|"&[words_now],"")',
            "text",
            20,
        ),
        calc(
            "same",
            'SUMPRODUCT(([tblIndicators.kpi]&""=[kpi])*([tblIndicators.perspective]=[perspective])'
            "*([tblIndicators.direction]=[direction])"
            '*(([tblIndicators.decimals]=[shown])+([tblIndicators.decimals]="")*([shown]=2)>0))',
            "int",
            7,
        ),
        calc(
            "changed",
            "IF(AND([actual]=[then_actual],[threshold]=[then_threshold],[target]=[then_target],[stretch]=[then_stretch],"
            "[weight]=[then_weight],[state]=[then_state],[plan_now]=[then_plan],[same]=1),0,1)",
            "int",
            7,
        ),
        calc("disagrees", "IF(AND([changed]=0,[score]<>[then_score]),1,0)", "int", 7),
    ),
    key=("card", "kpi"),
)
