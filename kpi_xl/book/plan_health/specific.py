"""S: the indicator is named, defined, answered for, and says what it covers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpi_xl.book.plan_health.check import PASS, Check, Judged, fail, warn
from kpi_xl.book.plan_health.material import Line, Raw

LEAST_DEFINITION = 10
VAGUE = (
    "提升", "加强", "改善", "优化", "努力", "尽量", "适当", "较好", "基本", "进一步",
    "improve", "enhance", "better", "as soon as possible",
)  # fmt: skip
TERMS = ("搜索引擎优化",)
"""Names of things that contain such a word."""
MEASURED = re.compile(r"\d\s*(?:[%％‰]|[元人次单家条件天日时分秒倍个户周月万]|小时|hours?|days?|points?|orders?|times)")
"""A number with its unit says how much."""
SCOPE = re.compile(
    r"含|剔除|不计|只|仅|扣|已减|范围|渠道|口径|全部|所有|去重|除外|合计|期内|规则|÷|"
    r"\b(?:includ\w+|exclud\w+|only|all|after|left out|distinct|within|sum|valid|channel|scope|in the period|rule)\b",
    re.IGNORECASE,
)
"""What a definition says of its limits; a ratio draws them by its two sides, a rating by its rule."""


def is_named_once(line: Line) -> Judged:
    """L-S1 - code and Chinese name are there, and nobody else's."""
    note = line.note
    for column, text in (("kpi", note.code), ("zh", note.zh)):
        if not text:
            return fail("s1_blank", column=column)
    for other in line.material.file.notes:
        if other is not note and other.code.casefold() == note.code.casefold():
            return fail("s1_twice", found=note.code, other=other.zh)
        if other is not note and other.zh == note.zh:
            return fail("s1_twice", found=note.zh, other=other.code)
    return PASS


def is_defined(line: Line) -> Judged:
    """L-S2 - the definition says more than the name."""
    text = line.note.definition
    if len(text) < LEAST_DEFINITION:
        return fail("s2_short", found=len(text), wanted=LEAST_DEFINITION)
    is_name = text.casefold() in (line.note.zh.casefold(), line.note.en.casefold())
    return fail("s2_same") if is_name else PASS


def is_answered_for(line: Line) -> Judged:
    """L-S3 - one unit answers for it, and somebody does it; without 协作RACI the card's own unit."""
    parts = (line.material.file.parts or {}).get(line.kpi, ())
    if not parts:
        return PASS
    accountable = [part.unit for part in parts if part.role == "A"]
    if len(accountable) != 1:
        return fail("s3_accountable", found=len(accountable), units=", ".join(accountable) or "—")
    if not line.note.owner and all(part.role != "R" for part in parts):
        return fail("s3_responsible")
    return PASS


def is_resolvable(line: Line) -> Judged:
    """L-S4 - every field that it needs exists, every indicator in its formula too, and none is made of itself."""
    raw = line.material.raw or Raw()
    for table, field in sorted(raw.needs.get(line.kpi, ())):
        if table not in raw.tables or field not in raw.tables[table].fields:
            return fail("s4_field", found=f"{table}.{field}")
    known = {note.code for note in line.material.file.notes} | line.material.components.keys()
    for code in sorted(line.material.components.get(line.kpi, ())):
        if code not in known:
            return fail("s4_code", found=code)
    circle = _circle(line, line.kpi, ())
    if circle:
        return fail("s4_circle", found=" → ".join(circle))
    return fail("problem", problem=raw.faults[line.kpi], kpi=line.kpi) if line.kpi in raw.faults else PASS


def _circle(line: Line, kpi: str, way: tuple[str, ...]) -> tuple[str, ...]:
    if kpi in way:
        return (*way[way.index(kpi) :], kpi)
    for part in sorted(line.material.components.get(kpi, ())):
        found = _circle(line, part, (*way, kpi))
        if found:
            return found
    return ()


def says_how_much(line: Line) -> Judged:
    """L-S5 - no vague verb without a number and its unit; a target in words is none."""
    typed = line.material.file.target_texts.get(line.key)
    if typed:
        return fail("s5_words", found=typed)
    for column, text in _texts(line):
        verb = vague_verb(text)
        if verb:
            return warn("s5_vague", found=verb, column=column)
    return PASS


def _texts(line: Line) -> Iterator[tuple[str, str]]:
    yield "zh", line.note.zh
    yield "en", line.note.en
    yield "definition", line.note.definition
    yield "source", line.material.file.target_notes.get(line.key, "")


def vague_verb(text: str) -> str:
    """The first verb that promises without saying how much; empty when there is none.

    >>> vague_verb("进一步改善体验"), vague_verb("改善到 24 小时以内"), vague_verb("Improve service")
    ('改善', '', 'improve')
    """
    plain = text.casefold()
    for term in TERMS:
        plain = plain.replace(term, "")
    if MEASURED.search(plain):
        return ""
    return next((verb for verb in VAGUE if re.search(_pattern(verb), plain)), "")


def _pattern(verb: str) -> str:
    return rf"\b{verb}[sd]?\b" if verb.isascii() else verb


def states_its_scope(line: Line) -> Judged:
    """L-S6 - unit, channel, what is in and what is out."""
    return PASS if SCOPE.search(line.note.definition) else warn("s6_open")


CHECKS = (
    Check("L-S1", is_named_once, gates=True),
    Check("L-S2", is_defined),
    Check("L-S3", is_answered_for, gates=True),
    Check("L-S4", is_resolvable),
    Check("L-S5", says_how_much),
    Check("L-S6", states_its_scope),
)
