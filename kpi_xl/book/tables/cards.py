"""汇总排名: one row per card, from the subtotals to grade, coefficient and rank."""

from __future__ import annotations

from kpi_xl.book.table import Table, calc, value


def _sum(column: str, *criteria: str) -> str:
    more = "".join(f",[tblDetail.{name}],{wanted}" for name, wanted in zip(criteria[::2], criteria[1::2], strict=True))
    return f"SUMIFS([tblDetail.{column}],[tblDetail.card_key],[card_key]{more})"


def _subtotal(perspective: str) -> str:
    return f"ROUND({_sum('weighted', 'perspective', chr(34) + perspective + chr(34))},2)"


def _points(kind: str) -> str:
    return f'ROUND(SUMIFS([tblAdjustments.points],[tblAdjustments.key],[card_key]&"|{kind}"),9)'


def _part(key: str) -> str:
    """The published total of a shorter period."""
    return f'IFERROR(INDEX([tblHistory.total],MATCH([{key}],[tblHistory.key],0)),"—")'


_ABOVE = "INDEX([tblCards.result],MATCH([parent_key],[tblCards.card_key],0))"
_OF_PERSON = "SUMIFS([tblCards.day_points],[tblCards.person_key],[person_key])"
_DAYS = f"{_OF_PERSON}/SUMIFS([tblCards.role_days],[tblCards.person_key],[person_key])"
_LO = "INDEX([tblGrades.lo#],[=band_first]):INDEX([tblGrades.lo#],[=band_last])"
_COEF = "INDEX([tblGrades.coef#],[band])"
_SAME_LETTER = "([tblGrades.scheme]=[=scheme])*([tblGrades.grade]=[grade])"

CARDS = Table(
    "tblCards",
    "ranking",
    "system",
    (
        calc(
            "rank",
            "IF(AND(ISNUMBER([total]),[main]=1),1+SUMPRODUCT(([tblCards.rank_group]=[rank_group])*[tblCards.main]"
            '*(([tblCards.sort1]>[sort1])+([tblCards.sort1]=[sort1])*([tblCards.sort2]>[sort2]))),"—")',
            "int",
            7,
        ),
        value("card", "code", 9),
        value("name", "text", 16),
        value("template", "code", 14),
        value("rank_group", "code", 12),
        value("period", "code", 10),
        calc("F", _subtotal("F"), "score", 9),
        calc("U", _subtotal("U"), "score", 9),
        calc("O", _subtotal("O"), "score", 9),
        calc("base", f"IF([averaged]=1,ROUND(ROUND(SUM([part_value]),9),2),ROUND({_sum('weighted')},2))", "score", 9),
        calc("bonus", _points("bonus"), "score", 8),
        calc("penalty", _points("penalty"), "score", 8),
        calc("adjust", "MEDIAN(0-[=adjust_cap],[=adjust_cap],[bonus]-[penalty])", "score", 10),
        calc("before_veto", 'IF([is_open]=1,MEDIAN(0,[=total_cap],ROUND(ROUND([base]+[adjust],9),2)),"—")', "score", 9),
        calc(
            "veto_cap",
            'MAX(0,ROUND([=total_cap]-SUMPRODUCT(MAX(([tblAdjustments.key]=[card_key]&"|veto")'
            "*([=total_cap]-[tblAdjustments.limit]))),2))",
            "score",
            9,
        ),
        calc("own", 'IF([is_open]=1,MIN([before_veto],[veto_cap]),"—")', "score", 9),
        calc("above", f'IF([alpha]=0,"—",IFERROR({_ABOVE},"—"))', "score", 9),
        calc("total", 'IF(ISNUMBER([cascaded]),MEDIAN(0,[=total_cap],ROUND(ROUND([cascaded],9),2)),"—")', "total", 10),
        calc("grade", 'IF(ISNUMBER([band]),INDEX([tblGrades.grade#],[band])&"","—")', "grade", 8),
        calc(
            "coefficient",
            f'IF(ISNUMBER([band]),IF(ISNUMBER({_COEF}),{_COEF}+INDEX([tblGrades.slope#],[band])'
            '*([total]-INDEX([tblGrades.lo#],[band])),"—"),"—")',
            "coef",
            9,
        ),
        calc("gap", 'IF(ISNUMBER([next_band]),ROUND(INDEX([tblGrades.lo#],[next_band])-[total],2),"—")', "score", 9),
        calc("next_grade", 'IF(ISNUMBER([next_band]),INDEX([tblGrades.grade#],[next_band])&"","—")', "grade", 8),
        calc("last_total", 'IFERROR(INDEX([tblHistory.total],MATCH([last_key],[tblHistory.key],0)),"—")', "score", 9),
        calc("change", 'IF(COUNT([total],[last_total])=2,ROUND([total]-[last_total],2),"—")', "delta", 9),
        calc("status", 'CHOOSE([state],"EXCLUDED","WITHHELD","VETOED","PROVISIONAL","OK")', "code", 13),
        value("summary", "text", 30),
        value("outlook", "text", 30),
        value("card_key", "code", 14),
        value("last_key", "text", 14),
        value("subject", "code", 9),
        value("listed", "code", 10),
        value("person_key", "code", 14),
        value("parent_key", "code", 14),
        value("role_days", "num", 8),
        value("main", "int", 7),
        value("mode", "int", 7),
        value("averaged", "int", 7),
        value("part1", "code", 12),
        value("part2", "code", 12),
        value("part3", "code", 12),
        value("part4", "code", 12),
        value("parts", "int", 7),
        value("cascade", "int", 7),
        calc("part_total1", _part("part1"), "score", 9),
        calc("part_total2", _part("part2"), "score", 9),
        calc("part_total3", _part("part3"), "score", 9),
        calc("part_total4", _part("part4"), "score", 9),
        calc("parts_known", "COUNT([part_total1],[part_total2],[part_total3],[part_total4])", "int", 7),
        calc(
            "part_value",
            "IF(AND([parts]>0,[parts_known]=[parts]),IF([mode]=4,"
            "CHOOSE(MAX(1,[parts]),[part_total1],[part_total2],[part_total3],[part_total4]),"
            'SUM([part_total1],[part_total2],[part_total3],[part_total4])/MAX(1,[parts])),"—")',
            "score",
            9,
        ),
        calc("day_points", "IF(ISNUMBER([own]),[own]*[role_days],0)", "num", 10),
        calc("others", f"ROUND({_OF_PERSON}-[day_points],6)", "num", 10),
        calc(
            "mixed",
            "IF(ISNUMBER([own]),IF(COUNTIFS([tblCards.person_key],[person_key],[tblCards.is_open],0)=0,"
            f'{_DAYS},"—"),"—")',
            "num",
            9,
        ),
        calc(
            "result",
            "IF([mode]<>3,[mixed],IF(COUNT([mixed],[part_value])=2,"
            '[=period_mix]*[part_value]+(1-[=period_mix])*[mixed],"—"))',
            "num",
            9,
        ),
        calc("alpha", 'IFERROR(SUMPRODUCT(([tblSubjects.subject]&""=[subject])*[tblSubjects.alpha]),0)', "weight", 8),
        calc(
            "cascaded",
            "IF(OR(NOT(ISNUMBER([result])),[alpha]*[cascade]=0),[result],IF(ISNUMBER([above]),"
            'IF([cascade]=1,[alpha]*[above]+(1-[alpha])*[result],[result]*MEDIAN(0.8,1.2,1+[alpha]*([above]-100)/100)),"—"))',
            "num",
            9,
        ),
        value("hold", "int", 7),
        calc("first", "MATCH([card],[tblDetail.card],0)", "int", 7),
        calc("items", "COUNTIF([tblDetail.card_key],[card_key])", "int", 7),
        calc("scored", "COUNTIFS([tblDetail.card_key],[card_key],[tblDetail.counts],1)", "int", 7),
        calc("excluded", 'COUNTIFS([tblDetail.card_key],[card_key],[tblDetail.state],"<=1")', "int", 7),
        calc("provisional", "COUNTIFS([tblDetail.card_key],[card_key],[tblDetail.state],11)", "int", 7),
        calc("weight_sum", f"ROUND({_sum('weight')},9)", "weight", 9),
        calc("missing_weight", f"ROUND({_sum('missing_weight')},9)", "weight", 9),
        calc(
            "blocked",
            f"IF([hold]=1,1,IF([averaged]=1,0,{_sum('blocks')}+([missing_weight]>[=missing_limit])*1+([weight_sum]<>1)*1)"
            '+IF([mode]>1,[parts]-[parts_known]+([parts]=0),0)+COUNTIF([tblAdjustments.key],[card_key]&"|!"))',
            "int",
            7,
        ),
        calc("is_open", "IF(AND([blocked]=0,[scored]+[averaged]>0,[=total_cap]>0),1,0)", "int", 7),
        calc("vetoed", "IF(AND([is_open]=1,[veto_hits]>0),1,0)", "int", 7),
        calc("veto_hits", 'COUNTIF([tblAdjustments.key],[card_key]&"|veto")', "int", 7),
        calc(
            "state",
            "MIN(IF(AND([excluded]=[items],[averaged]=0),1,5),IF(OR([blocked]>0,NOT(ISNUMBER([total]))),2,5),"
            "IF([vetoed]=1,3,5),IF([provisional]>0,4,5))",
            "int",
            7,
        ),
        calc("band", f'IF(ISNUMBER([total]),[=band_first]-1+MATCH([total],{_LO},1),"—")', "int", 7),
        calc(
            "letter_end",
            "IF(ISNUMBER([band]),[=band_first]+SUMPRODUCT(([tblGrades.scheme]=[=scheme])"
            f'*([tblGrades.lo]<=SUMPRODUCT(MAX({_SAME_LETTER}*[tblGrades.lo])))),"—")',
            "int",
            7,
        ),
        calc("next_band", 'IF(AND(ISNUMBER([letter_end]),SUM([letter_end])<=[=band_last]),[letter_end],"—")', "int", 7),
        calc("top_weight", "SUMPRODUCT(MAX(([tblDetail.card]=[card])*[tblDetail.weight]))", "weight", 8),
        calc(
            "top_score",
            "SUMPRODUCT(([tblDetail.card]=[card])*([tblDetail.weight]=[top_weight])*[tblDetail.ranked])",
            "score",
            9,
        ),
        calc(
            "sort1",
            "IF(ISNUMBER([total]),ROUND([total]*100000000+MEDIAN(-9999,9999,[top_score])*100,0),-1000000)",
            "int",
            15,
        ),
        calc("sort2", "ROUND(ROUND([F]*100000000+(1000-[penalty])*100,4),0)", "int", 15),
        calc("exact", f"ROUND(IF([averaged]=1,SUM([part_value]),{_sum('exact')})+[adjust],9)", "num", 10),
        calc(
            "edge",
            f"IF(AND(ISNUMBER([total]),[total]=[own],[veto_hits]=0,[exact]>=0),IF(MATCH([exact],{_LO},1)<>[band]-[=band_first]+1,1,0),0)",
            "int",
            7,
        ),
        value("then_total", "score", 9),
        value("then_bonus", "score", 9),
        value("then_penalty", "score", 9),
        value("then_veto", "score", 9),
        value("then_hits", "int", 7),
        value("then_blocked", "int", 7),
        value("then_alpha", "weight", 8),
        value("then_above", "score", 9),
        value("then_parts", "score", 9),
        value("then_others", "num", 10),
        calc(
            "same",
            'SUMPRODUCT(([tblSubjects.subject]&""=[subject])*([tblSubjects.template]=[listed])'
            '*([tblSubjects.rank_group]&""=[rank_group]&""))',
            "int",
            7,
        ),
        calc(
            "changed",
            f"IF(AND({_sum('changed')}=0,[bonus]=[then_bonus],[penalty]=[then_penalty],[veto_cap]=[then_veto],"
            "[veto_hits]=[then_hits],[blocked]=[then_blocked],[same]=1,[=settings_changed]=0,[alpha]=[then_alpha],"
            "[others]=[then_others],ROUND(SUM([above])-SUM([then_above]),9)=0,"
            "ROUND(SUM([part_value])-SUM([then_parts]),9)=0),0,1)",
            "int",
            7,
        ),
        calc("disagrees", "IF(AND([changed]=0,[total]<>[then_total]),1,0)", "int", 7),
    ),
    key=("card",),
)
