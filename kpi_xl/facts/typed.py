"""Facts from typed or raw rows: found by key, rolled up over time or units, pooled or carried by policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kpi_xl.facts.rollup import Part, Whole, over_time, over_units
from kpi_xl.model.inputs import Actual, Indicator, Inputs, RawFigure, key
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status

POOLED_PERIODS = 3
FLAG_STATES = {
    "EXCLUDED": Status.EXCLUDED,
    "ACCEPT_APPROX": Status.APPROX,
    "OVERRIDE": Status.OVERRIDDEN,
    "PROVISIONAL": Status.PROVISIONAL,
}
OWN, ANY = "", "<>"
"""Whose rows a rolled fact may come from, as a criterion of SUMIFS: its own subject's, or anybody's."""


@dataclass(frozen=True, slots=True)
class TypedRows:
    """Every typed row, and how they hang together."""

    actuals: Mapping[str, Actual]                               # by key
    positions: Mapping[str, int] = field(default_factory=dict)  # of each key in its table, counted from the heading (1)
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)       # subjects by parent
    measured: frozenset[tuple[str, str]] = frozenset()          # subject and indicator: typed somewhere, or planned
    sums: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    """By subject ("<>" for all) and indicator: sums of everything typed, which move when any of it moves."""
    raw: Mapping[str, RawFigure] = field(default_factory=dict)  # by key: what raw rows come to


@dataclass(frozen=True, slots=True)
class Rolled:
    """A fact that is not one typed row, and where it may come from."""

    whole: Whole
    origin: str                         # RAW, TIME, UNITS, POOL3, LAST, RATINGS or MILESTONES
    scope: str = OWN
    kind: int = 1                       # 1 from typed rows, 2 from ratings or milestones
    marks: float = 0.0                  # of kind 2: the sum over its rows


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of 指标值; the field names are its columns."""

    key: str
    period: str
    subject: str
    kpi: str
    additive: int
    factor: float
    min_n: float
    bad_den: int
    pooled: int
    carried: int
    rolled_num: float | None
    rolled_den: float | None
    rolled_n: float | None
    rolled_value: float | None
    scope: str
    source_then: float
    row: int
    num: float | None
    den: float | None
    n: float | None
    given: float | None
    flag: str
    ratio: float | None
    amount: float | None
    value: float | None
    flag_state: int
    fault: int
    gap: int
    state: int
    origin: str
    source_now: float
    source_value: float
    same: int = 1
    stale: int = 0


def typed_rows(inputs: Inputs) -> TypedRows:
    """The typed rows of a book, each key once: where it stands twice, its first row counts."""
    actuals = {row.key: row for row in reversed(inputs.actuals)}
    planned: dict[str, list[str]] = {}
    for plan in inputs.plan:
        planned.setdefault(plan.template, []).append(plan.kpi)
    measured = {(subject.id, kpi) for subject in inputs.subjects for kpi in planned.get(subject.template, ())}
    keys = [*(row.key for row in inputs.actuals), *inputs.raw]
    measured |= {(subject, kpi) for _, subject, kpi in (each.split("|") for each in keys)}
    return TypedRows(
        actuals,
        {name: row.index + 2 for name, row in actuals.items()},
        _children(inputs),
        frozenset(measured),
        _sums(inputs.actuals),
        inputs.raw,
    )


def _children(inputs: Inputs) -> Mapping[str, tuple[str, ...]]:
    """Subjects by parent; a subject that is its own ancestor belongs to nobody."""
    parents = {subject.id: subject.parent for subject in inputs.subjects}
    found: dict[str, list[str]] = {}
    for subject in parents:
        above, line = parents[subject], {subject}
        while above in parents and above not in line:
            line.add(above)
            above = parents[above]
        if above not in line:
            found.setdefault(parents[subject], []).append(subject)
    return {parent: tuple(ids) for parent, ids in found.items() if parent in parents}


def _sums(actuals: Iterable[Actual]) -> Mapping[tuple[str, str], tuple[float, float]]:
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for row in actuals:
        _, subject, kpi = row.key.split("|")
        amount = (row.num or 0.0) + 3 * (row.den or 0.0)
        sample = 7 * (row.n or 0.0) + 11 * (row.value or 0.0)
        for name in (subject, ANY) if subject else ():
            amounts, samples = found.get((name, kpi), (0.0, 0.0))
            found[name, kpi] = amounts + amount, samples + sample
    return found


def fact(period: Period, subject: str, indicator: Indicator, typed: TypedRows, policy: str = "BLOCK") -> Fact:
    """The fact of one subject and indicator in one period.

    The subject's own typed row comes first; without one, its raw rows; without those, its facts of the sub-periods;
    without those, its sub-units.

    Parameters
    ----------
    policy
        POOL3 and LAST look back when all that gives no usable value; other policies do not.
    """
    own = fact_from(period, subject, indicator, typed, _rolled(period, subject, indicator, typed))
    if policy not in ("POOL3", "LAST") or not Status(own.state).is_gap:
        return own
    back = _pool(period, subject, indicator, typed) if policy == "POOL3" else _last(period, subject, indicator, typed)
    return own if back is None else fact_from(period, subject, indicator, typed, back)


def rolled_beside(period: Period, subject: str, indicator: Indicator, typed: TypedRows) -> Fact | None:
    """What the sub-units come to where the subject has a row of its own, for comparison; None without them."""
    if not has_numbers(typed.actuals.get(key(period, subject, indicator.code))):
        return None
    units = _over_units(period, subject, indicator, typed)
    found = None if units is None else fact_from(period, subject, indicator, typed, units)
    return None if found is None or found.value is None else found


def has_numbers(row: Actual | None) -> bool:
    """The row says something that may become a value."""
    return row is not None and (row.num, row.den, row.value, row.text) != (None, None, None, "")


def _rolled(period: Period, subject: str, indicator: Indicator, typed: TypedRows) -> Rolled | None:
    """Where the subject's fact comes from when its own row says nothing; None when there is only that row."""
    if has_numbers(typed.actuals.get(key(period, subject, indicator.code))):
        return None
    raw = _from_raw(key(period, subject, indicator.code), typed)
    if raw is not None:
        return raw
    found = _over_time(period, subject, indicator, typed)
    if found is not None and found.whole.state != Status.MISSING:
        return found
    return _over_units(period, subject, indicator, typed) or found


def _from_raw(name: str, typed: TypedRows) -> Rolled | None:
    """What the raw rows give, unless somebody typed a row."""
    raw = typed.raw.get(name)
    if raw is None or has_numbers(typed.actuals.get(name)):
        return None
    status = Status.APPROX if raw.is_approximate else Status.OK
    return Rolled(Whole(raw.num, raw.den, raw.n, raw.value, status), "RAW")


def _over_time(period: Period, subject: str, indicator: Indicator, typed: TypedRows) -> Rolled | None:
    parts = [_part(each, subject, indicator, typed) for each in period.parts]
    if not parts:
        return None
    scope = ANY if units_below(subject, indicator.code, typed) else OWN      # a month may itself come from sub-units
    if indicator.agg_time != "LAST" and None in parts:
        return Rolled(Whole(), "TIME", scope)
    lengths = [(each.end - each.start).days + 1 for each in period.parts]
    known = [replace(part, days=days) for part, days in zip(parts, lengths, strict=True) if part is not None]
    return Rolled(over_time(indicator, known), "TIME", scope)


def _over_units(period: Period, subject: str, indicator: Indicator, typed: TypedRows) -> Rolled | None:
    """The sub-units that are measured by the indicator; one that is silent leaves the whole missing."""
    below = units_below(subject, indicator.code, typed)
    if not below:
        return None
    parts = [_part(period, child, indicator, typed) for child in below]
    if None in parts:
        return Rolled(Whole(), "UNITS", ANY)
    return Rolled(over_units(indicator, [part for part in parts if part is not None]), "UNITS", ANY)


def units_below(subject: str, kpi: str, typed: TypedRows) -> tuple[str, ...]:
    """The sub-units that are measured by an indicator: they have rows for it, or a plan that asks for it."""
    return tuple(child for child in typed.children.get(subject, ()) if _is_measured(child, kpi, typed))


def _is_measured(subject: str, kpi: str, typed: TypedRows) -> bool:
    below = typed.children.get(subject, ())
    return (subject, kpi) in typed.measured or any(_is_measured(child, kpi, typed) for child in below)


def lacking(period: Period, subject: str, indicator: Indicator, typed: TypedRows) -> tuple[tuple[str, ...], bool]:
    """The sub-periods, or else the sub-units, that keep a rolled-up fact unknown; and whether all of them do."""
    times = tuple(str(each) for each in period.parts if _part(each, subject, indicator, typed) is None)
    if len(times) < len(period.parts):
        return times, False
    below = units_below(subject, indicator.code, typed)
    units = tuple(child for child in below if _part(period, child, indicator, typed) is None)
    return (units, len(units) == len(below)) if below else (times, True)


def _part(period: Period, subject: str, indicator: Indicator, typed: TypedRows) -> Part | None:
    """What a sub-period or sub-unit gives; None where nothing is known of it."""
    row = typed.actuals.get(key(period, subject, indicator.code))
    flagged = FLAG_STATES.get(row.flag if row else "", Status.OK)
    if flagged == Status.EXCLUDED:
        return Part(None, None, None, None, Status.EXCLUDED)
    found = fact_from(period, subject, indicator, typed, _rolled(period, subject, indicator, typed))
    if found.value is None or found.fault != Status.OK:
        return None
    return Part(found.num, found.den, found.n, found.value, Status(min(flagged, found.carried)))


def _pool(period: Period, subject: str, indicator: Indicator, typed: TypedRows) -> Rolled | None:
    """Numerators, denominators and samples of three periods together; None when they do not add up to a ratio."""
    found = [_given(key(period.shift(-back), subject, indicator.code), typed) for back in range(POOLED_PERIODS)]
    whole = [row for row in found if row is not None and row.num is not None and row.den is not None]
    if indicator.additive or not whole:
        return None
    samples = [row.n for row in whole if row.n is not None]
    return Rolled(
        Whole(
            sum(row.num for row in whole if row.num is not None),
            sum(row.den for row in whole if row.den is not None),
            sum(samples) if samples else None,
            None,
            Status.CARRIED,
        ),
        "POOL3",
    )


def _given(name: str, typed: TypedRows) -> Actual | RawFigure | None:
    row = typed.actuals.get(name)
    return row if has_numbers(row) else typed.raw.get(name, row)


def _last(period: Period, subject: str, indicator: Indicator, typed: TypedRows) -> Rolled | None:
    """The last period's own row, once: a carried value is never carried again."""
    then = period.shift(-1)
    before = fact_from(then, subject, indicator, typed, _from_raw(key(then, subject, indicator.code), typed))
    if not Status(before.state).is_scored:
        return None
    return Rolled(Whole(before.num, before.den, before.n, before.given, Status.CARRIED), "LAST")


def fact_from(period: Period, subject: str, indicator: Indicator, typed: TypedRows, rolled: Rolled | None) -> Fact:
    """The fact as the sheet computes it: of its own typed row, or of what was rolled up."""
    name = key(period, subject, indicator.code)
    row = typed.actuals.get(name)
    whole = rolled.whole if rolled else None
    source = whole if whole is not None else row
    num, den, n, given = (source.num, source.den, source.n, source.value) if source else (None, None, None, None)
    flag = row.flag if row else ""
    ratio = num / den * indicator.factor if num is not None and den is not None and den > 0 else None
    amount = num if indicator.additive and num is not None else given
    value = ratio if den is not None else amount
    bad_den = Status.MISSING if indicator.undefined_den else Status.NON_FINITE
    flag_state = FLAG_STATES.get(flag, Status.OK)
    fault = bad_den if num is not None and den is not None and den <= 0 and (den < 0 or num != 0) else Status.OK
    gap = min(
        Status.OK if value is not None else Status.MISSING,
        Status.INSUFFICIENT if n is not None and n < indicator.min_n else Status.OK,
    )
    carried = whole.state if whole is not None else Status.OK
    scope = (subject if rolled.scope == OWN else rolled.scope) if rolled else subject
    amounts, samples = _moving(rolled, typed.sums.get((scope, indicator.code), (0.0, 0.0)))
    return Fact(
        key=name,
        period=str(period),
        subject=subject,
        kpi=indicator.code,
        additive=int(indicator.additive),
        factor=indicator.factor,
        min_n=indicator.min_n,
        bad_den=int(bad_den),
        pooled=rolled.kind if rolled else 0,
        carried=int(carried),
        rolled_num=whole.num if whole else None,
        rolled_den=whole.den if whole else None,
        rolled_n=whole.n if whole else None,
        rolled_value=whole.value if whole else None,
        scope=scope,
        source_then=amounts + samples,
        row=typed.positions.get(name, 1),
        num=num,
        den=den,
        n=n,
        given=given,
        flag=flag,
        ratio=ratio,
        amount=amount,
        value=value,
        flag_state=int(flag_state),
        fault=int(fault),
        gap=int(gap),
        state=int(min(flag_state, fault, gap, carried)),
        origin=rolled.origin if rolled else ("TYPED" if row else "NONE"),
        source_now=amounts,
        source_value=samples,
    )


def _moving(rolled: Rolled | None, sums: tuple[float, float]) -> tuple[float, float]:
    """The sums that tell whether anything changed that a rolled fact is from."""
    if rolled is None:
        return 0.0, 0.0
    return (rolled.marks, 0.0) if rolled.kind > 1 else sums
