"""Facts from typed rows: found by key, pooled or carried from earlier periods where the policy says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kpi_xl.model.inputs import Actual, Indicator, key
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status

POOLED_PERIODS = 3
FLAG_STATES = {
    "EXCLUDED": Status.EXCLUDED,
    "ACCEPT_APPROX": Status.APPROX,
    "OVERRIDE": Status.OVERRIDDEN,
    "PROVISIONAL": Status.PROVISIONAL,
}


Sources = Mapping[tuple[str, str], tuple[float, float]]
"""By subject and indicator: a sum of everything typed for them, in whatever period, and one of the samples."""
NOTHING_TYPED = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Rolled:
    """A fact that is not one typed row: pooled over periods, or carried from the last one."""

    num: float | None
    den: float | None
    n: float | None
    value: float | None
    amounts: float                      # weighted sums of everything it may come from; they move when that moves
    samples: float


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


def sources(actuals: Iterable[Actual]) -> Sources:
    """What a carried fact may come from, as two sums that move when any of it moves."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for row in actuals:
        _, subject, kpi = row.key.split("|")
        amounts, samples = found.get((subject, kpi), NOTHING_TYPED)
        amounts += (row.num or 0.0) + 3 * (row.den or 0.0)
        samples += 7 * (row.n or 0.0) + 11 * (row.value or 0.0)
        found[subject, kpi] = amounts, samples
    return found


def fact(
    period: Period,
    subject: str,
    indicator: Indicator,
    actuals: Mapping[str, Actual],
    rows: Mapping[str, int],
    policy: str = "BLOCK",
    sources: Sources = MappingProxyType({}),
) -> Fact:
    """The fact of one subject and indicator in one period.

    Parameters
    ----------
    actuals, rows
        Typed rows by key, and each key's position in its table counted from the heading (heading = 1).
    policy
        POOL3 and LAST look back when the period's own row has no usable value; other policies do not.
    sources
        What carried facts may come from; only the sheet's check for later changes needs it.
    """
    own = _own(period, subject, indicator, actuals, rows)
    if policy not in ("POOL3", "LAST") or not Status(own.state).is_gap:
        return own
    if policy == "POOL3":
        rolled = _pool(period, subject, indicator, actuals, sources)
    else:
        rolled = _last(period, subject, indicator, actuals, rows, sources)
    return own if rolled is None else _build(period, subject, indicator, actuals, rows, rolled, policy)


def _own(
    period: Period, subject: str, indicator: Indicator, actuals: Mapping[str, Actual], rows: Mapping[str, int]
) -> Fact:
    return _build(period, subject, indicator, actuals, rows, None, "")


def _pool(
    period: Period, subject: str, indicator: Indicator, actuals: Mapping[str, Actual], sources: Sources
) -> Rolled | None:
    """Numerators, denominators and samples of three periods together; None when they do not add up to a ratio."""
    found = [actuals.get(key(period.shift(-back), subject, indicator.code)) for back in range(POOLED_PERIODS)]
    whole = [row for row in found if row is not None and row.num is not None and row.den is not None]
    if indicator.additive or not whole:
        return None
    samples = [row.n for row in whole if row.n is not None]
    return Rolled(
        sum(row.num for row in whole if row.num is not None),
        sum(row.den for row in whole if row.den is not None),
        sum(samples) if samples else None,
        None,
        *sources.get((subject, indicator.code), NOTHING_TYPED),
    )


def _last(
    period: Period,
    subject: str,
    indicator: Indicator,
    actuals: Mapping[str, Actual],
    rows: Mapping[str, int],
    sources: Sources,
) -> Rolled | None:
    """The last period's own row, once: a carried value is never carried again."""
    before = _own(period.shift(-1), subject, indicator, actuals, rows)
    if not Status(before.state).is_scored:
        return None
    sums = sources.get((subject, indicator.code), NOTHING_TYPED)
    return Rolled(before.num, before.den, before.n, before.given, *sums)


def _build(
    period: Period,
    subject: str,
    indicator: Indicator,
    actuals: Mapping[str, Actual],
    rows: Mapping[str, int],
    rolled: Rolled | None,
    policy: str,
) -> Fact:
    name = key(period, subject, indicator.code)
    typed = actuals.get(name)
    pooled = rolled is not None
    source = rolled if rolled is not None else typed
    num, den, n, given = (source.num, source.den, source.n, source.value) if source else (None, None, None, None)
    flag = typed.flag if typed else ""
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
    carried = Status.CARRIED if pooled else Status.OK
    return Fact(
        key=name,
        period=str(period),
        subject=subject,
        kpi=indicator.code,
        additive=int(indicator.additive),
        factor=indicator.factor,
        min_n=indicator.min_n,
        bad_den=int(bad_den),
        pooled=int(pooled),
        carried=int(carried),
        rolled_num=num if pooled else None,
        rolled_den=den if pooled else None,
        rolled_n=n if pooled else None,
        rolled_value=given if pooled else None,
        source_then=rolled.amounts + rolled.samples if rolled else 0.0,
        row=rows.get(name, 1),
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
        origin=policy if pooled else ("TYPED" if typed else "NONE"),
        source_now=rolled.amounts if rolled else 0.0,
        source_value=rolled.samples if rolled else 0.0,
    )
