"""Targets and actuals: rows that somebody typed for a period, a subject and an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from typing import NamedTuple, TypeGuard

from kpi_xl.book.rows import Row, is_nothing, is_sized, rows, spoiling
from kpi_xl.book.tables import inputs as spec
from kpi_xl.model.grid import Scalar, TableGrid
from kpi_xl.model.inputs import Actual, Target, key
from kpi_xl.model.issue import Issue
from kpi_xl.model.periods import parse_period

KEY = ("period", "subject", "kpi")
ANCHORS = ("threshold", "target", "stretch")
AMOUNTS = ("num", "den", "value", "n")


class Codes:
    """Known codes in their own spelling, found whatever the case, as the workbook's MATCH finds them."""

    def __init__(self, codes: Iterable[str] = ()) -> None:
        self._spelling: dict[str, str] = {}
        for code in codes:
            self._spelling.setdefault(code.casefold(), code)

    def __call__(self, text: str) -> str:
        """The known spelling, or the text as it is."""
        return self._spelling.get(text.casefold(), text)

    def __contains__(self, text: str) -> bool:
        return text.casefold() in self._spelling

    def __iter__(self) -> Iterator[str]:
        return iter(self._spelling.values())

    def nearest(self, text: str) -> str:
        """Up to three codes that look like this one."""
        close = get_close_matches(text.casefold(), list(self._spelling), n=3, cutoff=0.4)
        return ", ".join(self._spelling[each] for each in close) or "—"


@dataclass(frozen=True, slots=True)
class Scope:
    """What the typed rows are held against."""

    period: str
    window: frozenset[str]              # the periods that scoring looks at
    periods: Codes                      # of the period table
    subjects: Codes
    indicators: Codes
    planned: Codes                      # indicators of the plan, known or not
    carried: frozenset[str]             # indicators whose facts may come from earlier periods
    is_coded: bool                      # the codes of subjects and indicators can be read
    sound: dict[tuple[str, Scalar], tuple[str, str]] = field(default_factory=dict, compare=False)
    """What texts without fault mean, and how formulas join them, by column: the same ones come in every row."""


class RowKey(NamedTuple):
    """The key of a typed row."""

    key: str                            # as formulas join it, in the spelling of the known codes
    when: str                           # period, subject, indicator as they are meant; "" where that cannot be told
    subject: str
    kpi: str
    faults: tuple[Issue, ...]

    def owns(self, issues: Iterable[Issue], *, whole_card: bool = False) -> Iterator[Issue]:
        """Issues of the row with the card, and the row of it, that they spoil."""
        return spoiling(issues, frozenset({self.subject} - {""}), "" if whole_card else self.kpi)

    def concerns(self, window: Iterable[str]) -> bool:
        """Scoring looks at the row, or may be meant to."""
        return self.when in window or not self.when


def row_key(row: Row, scope: Scope, columns: tuple[str, ...] = KEY) -> RowKey:
    """Key of a typed row, and what is wrong with it."""
    faults: list[Issue] = []
    found = {column: _part(row, column, scope, faults) for column in columns}
    name = key(*(joined for _, joined in found.values()))
    subject, kpi = found["subject"][0], found["kpi"][0] if "kpi" in found else ""
    return RowKey(name, found["period"][0], subject, kpi, tuple(faults))


def _part(row: Row, column: str, scope: Scope, faults: list[Issue]) -> tuple[str, str]:
    """What one part of the key means, and how formulas join it."""
    raw = row.raw(column)
    sound = scope.sound.get((column, raw)) if isinstance(raw, str) else None
    if sound is not None:
        return sound
    mine: list[Issue] = []
    native = row.native(column)
    if column == "period":
        meant = _period(row, scope, mine)
        part = meant, meant if native.casefold() == meant.casefold() else native
    else:
        known = scope.subjects if column == "subject" else scope.indicators
        part = _known(row, column, known, scope, mine), known(native)
    if isinstance(raw, str) and not mine:
        scope.sound[column, raw] = part
    faults += mine
    return part


def _period(row: Row, scope: Scope, faults: list[Issue]) -> str:
    """The period code that is meant; "" where that cannot be told."""
    if isinstance(row.raw("period"), datetime):
        faults.append(Issue("E-PERIOD-DATE", row.cell("period"), {"found": row.native("period"), "rows": 1}))
        return ""
    clean = len(faults)
    row.key("period", faults)
    text = row.text("period")
    try:
        return str(parse_period(text))
    except ValueError:
        if text in scope.periods:
            return scope.periods(text)
        if text and len(faults) == clean:
            faults.append(Issue("E-ROW-PERIOD", row.cell("period"), {"found": text, "rows": 1}))
        return ""


def _known(row: Row, column: str, known: Codes, scope: Scope, faults: list[Issue]) -> str:
    """The code that is meant; "" when it is empty or unknown."""
    clean = len(faults)
    row.key(column, faults)
    text = row.text(column)
    if text in known:
        return known(text)
    is_reported = column == "kpi" and text in scope.planned
    if text and len(faults) == clean and scope.is_coded and not is_reported:
        code = "E-SUBJECT-UNKNOWN" if column == "subject" else "E-KPI-UNKNOWN"
        faults.append(Issue(code, row.cell(column), {"found": text, "near": known.nearest(text), "rows": 1}))
    return ""


def read_targets(grid: TableGrid, scope: Scope, issues: list[Issue]) -> Iterator[tuple[Target, RowKey]]:
    """The rows of the target table."""
    for row in rows(spec.TARGETS, grid, issues):
        issues += row.errors(KEY)
        mine: list[Issue] = []
        name = row_key(row, scope)
        threshold, target, stretch = (row.number(column, mine) for column in ANCHORS)
        if name.concerns((scope.period,)):
            issues += name.owns((*name.faults, *mine))
        yield Target(name.key, threshold, target, stretch, row.index, row.cell("target")), name


def read_actuals(grid: TableGrid, scope: Scope, issues: list[Issue]) -> Iterator[tuple[Actual, RowKey]]:
    """The rows of the table of facts."""
    for row in rows(spec.ACTUALS, grid, issues):
        plain = _plain(row, scope)
        if plain is not None:
            yield plain
            continue
        issues += row.errors((*KEY, "flag"))
        name = row_key(row, scope)
        if name.kpi in scope.carried:
            # Whether carried facts are still fresh is a native sum over all periods, which one error value spoils.
            issues += row.errors(AMOUNTS)
        wrong_flag: list[Issue] = []
        wrong_numbers: list[Issue] = []
        flag = row.choice("flag", spec.FLAGS, wrong_flag, exact=True)
        actual = _actual(row, name.key, flag, wrong_numbers)
        if name.concerns(scope.window):
            issues += name.owns((*name.faults, *(wrong_numbers if flag != "EXCLUDED" else ())))
            # The sheet takes a flag in any case of letters but repeats it as typed: two readings of one cell.
            issues += wrong_flag if flag else name.owns(wrong_flag, whole_card=True)
        yield actual, name


def _plain(row: Row, scope: Scope) -> tuple[Actual, RowKey] | None:
    """A row of known codes and sound numbers, as nearly all are; None for one that has to be looked at closely."""
    cells, at, sound = row.grid.rows[row.index], row.positions, scope.sound
    period = sound.get(("period", cells[at["period"]]))
    subject = sound.get(("subject", cells[at["subject"]]))
    kpi = sound.get(("kpi", cells[at["kpi"]]))
    if period is None or subject is None or kpi is None or cells[at["flag"]] is not None:
        return None
    num, den, value, n = cells[at["num"]], cells[at["den"]], cells[at["value"]], cells[at["n"]]
    if not (_is_amount(num) and _is_amount(den) and _is_amount(value) and _is_amount(n)):
        return None
    name = f"{period[1]}|{subject[1]}|{kpi[1]}"
    actual = Actual(name, num, den, value, n, flag="", index=row.index, cell=row.cell("value"))
    return actual, RowKey(name, period[0], subject[0], kpi[0], ())


def _is_amount(value: Scalar) -> TypeGuard[float | None]:
    return value is None or (isinstance(value, float) and is_sized(value))


def _actual(row: Row, name: str, flag: str, issues: list[Issue]) -> Actual:
    raw = row.raw("value")
    words = raw if isinstance(raw, str) and not is_nothing(raw) else ""
    return Actual(
        key=name,
        num=row.number("num", issues),
        den=row.number("den", issues),
        value=None if words else row.number("value", issues),
        n=row.number("n", issues),
        flag=flag or row.native("flag"),
        text=words,
        typed=row.native("value") if isinstance(raw, (str, bool)) else "",
        index=row.index,
        cell=row.cell("value"),
    )


ROWWISE = frozenset(("E-PERIOD-DATE", "E-ROW-PERIOD", "E-SUBJECT-UNKNOWN", "E-KPI-UNKNOWN"))
"""What is found in many rows when it was pasted or filled down once."""


def collapsed(issues: Iterable[Issue]) -> Iterator[Issue]:
    """The issues, with the same wrong code in many rows as one issue at the first of them."""
    groups: dict[tuple[object, ...], list[Issue]] = {}
    for issue in issues:
        mark = (issue.code, issue.args["found"]) if issue.code in ROWWISE else (len(groups),)
        groups.setdefault(mark, []).append(issue)
    for first, *others in groups.values():
        if not others:
            yield first
            continue
        cards = frozenset[str]().union(*(issue.cards for issue in (first, *others)))
        yield replace(first, args={**first.args, "rows": 1 + len(others)}, cards=cards, kpi="")
