"""One row of 评分明细: from a plan row, its targets and its fact to the item score, in the order the sheet shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpi_xl.model.inputs import Indicator, PlanRow, Target
from kpi_xl.model.outcome import CurveRow, Item
from kpi_xl.model.status import Status
from kpi_xl.scoring.curve import Curve
from kpi_xl.scoring.item import attainment, growth, inverse, word_score
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules import RuleForm

REFERENCES = {"year": 2, "period": 3}


@dataclass(frozen=True, slots=True)
class FactView:
    """What an item needs of a fact: the value, its state, and where it stands in 指标值 (heading = 1)."""

    value: float | None
    state: int
    flag_state: int
    row: int
    text: str = ""
    typed: str = ""                     # what the value cell says where it is no number


NO_FACT = FactView(None, int(Status.MISSING), int(Status.OK), 1)


@dataclass(frozen=True, slots=True)
class ItemInputs:
    """Everything one row is computed from."""

    row: int
    card: str
    card_key: str
    keys: tuple[str, str, str]          # of this period, the year before, the period before
    plan: PlanRow
    plan_row: int
    indicator: Indicator
    form: RuleForm | None               # None when the rule cannot be compiled
    target: Target | None
    target_row: int
    facts: tuple[FactView, FactView, FactView]
    hold: bool
    gate: int                           # ZERO_INDICATOR vetoes on this row
    waivers: int
    keep: int                           # 0 when a veto zeroes the perspective
    first: int                          # position of the first segment in 评分曲线, heading = 1
    standing: Status = Status.OK        # NOT_DUE, EXCLUDED for somebody who was not there, or OK
    share: float = 1.0                  # of the anchors: part of the period that the role was held


def curve_rows(inputs: ItemInputs) -> tuple[CurveRow, ...]:
    """The segments of the row's curve, as 评分曲线 shows them."""
    form = inputs.form.form if inputs.form else None
    if form is None:
        return ()
    target, threshold, stretch = _anchors(inputs)
    curve = form.at(target, threshold, stretch)
    return tuple(
        CurveRow(
            row=inputs.row,
            seg=index + 1,
            kT=segment.at.t,
            kB=segment.at.b,
            kS=segment.at.s,
            kD=segment.at.d,
            d_min=segment.at.d_min,
            k0=segment.at.const,
            y0=segment.y0,
            y1=segment.y1,
            side=segment.side,
            open=segment.open,
            sign=form.sign,
            digits=form.digits,
            target=target or 0.0,
            threshold=threshold or 0.0,
            stretch=stretch or 0.0,
            x0=curve.x0[index],
            start=curve.start[index],
            slope=curve.slope[index],
            order_ok=int(curve.order_ok[index]),
        )
        for index, segment in enumerate(form.segments)
    )


def item(inputs: ItemInputs) -> Item:
    """One row without its effective weight, which depends on the other rows of the card."""
    form, plan, indicator = inputs.form, inputs.plan, inputs.indicator
    target, threshold, stretch = _anchors(inputs)
    decimals = form.decimals if form and form.decimals is not None else indicator.stored_decimals
    measure, sign, digits = 1, 1, indicator.digits
    if form:
        measure, sign, digits = form.measure, _sign(form, indicator), _digits(form, indicator)
    actual, last_year, last_period = (_rounded(fact.value, decimals) for fact in inputs.facts)
    reference, constant = _reference(form)
    base_value = (None, last_year, last_period, constant)[reference - 1]
    change = growth(actual, base_value)
    inverted = inverse(actual, target) if measure == 3 else None
    basis = (actual, change, inverted)[measure - 1]
    curve = form.form.at(target, threshold, stretch) if form and form.form else None
    given_points = _given_points(form, inputs.facts[0].text)
    valued = _valued(form)
    config = _config(inputs, form, curve, valued)
    no_base = Status.NO_BASE if measure == 2 and actual is not None and change is None else Status.OK
    fact = inputs.facts[0]
    fact_state = _fact_state(fact, valued, given_points)
    raw_state = int(min(inputs.standing, config, no_base, fact_state))
    state = _after_gates(raw_state, inputs.gate, plan.missing)
    x = excel_round(sign * basis, digits) if basis is not None else None
    segment = curve.segment(x) if curve and x is not None and config == Status.OK else None
    cap, floor = (form.cap, form.floor) if form else (120.0, 0.0)
    row_cap, row_floor = cap if plan.cap is None else plan.cap, floor if plan.floor is None else plan.floor
    points = _within(given_points, row_floor, row_cap)
    if curve and x is not None and segment is not None:
        points = curve.points(x, row_floor, row_cap)
    mode = 3 - (state >= Status.ZEROED) - (state >= Status.CARRIED)
    score = _score(mode, points)
    waived = inputs.waivers if plan.missing == "REWEIGHT" and state >= Status.NO_BASE and mode == 3 else 0
    counts = int(score is not None)
    return Item(
        row=inputs.row,
        card=inputs.card,
        card_key=inputs.card_key,
        key=inputs.keys[0],
        key_year=inputs.keys[1],
        key_period=inputs.keys[2],
        plan_key=f"{plan.template}|{plan.kpi}",
        kpi=plan.kpi,
        name=indicator.name,
        perspective=indicator.perspective,
        perspective_name="",
        unit=indicator.unit,
        definition=indicator.definition,
        source=indicator.source,
        rule=plan.rule,
        rule_text="",
        direction=indicator.direction,
        policy=plan.missing,
        measure=measure,
        reference=reference,
        constant=constant,
        sign=sign,
        digits=digits,
        decimals=decimals,
        shown=indicator.decimals,
        need_t=_needs(form, "T"),
        need_b=_needs(form, "B"),
        need_s=_needs(form, "S"),
        nonzero=int(form is not None and form.nonzero_target),
        rule_cap=cap,
        rule_floor=floor,
        hold=int(inputs.hold or form is None),
        standing=int(inputs.standing),
        share=inputs.share,
        valued=valued,
        rule_points=given_points,
        plan_row=inputs.plan_row,
        weight=plan.weight,
        target_row=inputs.target_row,
        threshold=threshold,
        target=target,
        stretch=stretch,
        cap=row_cap,
        floor=row_floor,
        fact_row=inputs.facts[0].row,
        year_row=inputs.facts[1].row,
        period_row=inputs.facts[2].row,
        actual=actual,
        last_year=last_year,
        last_period=last_period,
        growth_year=growth(actual, last_year),
        growth_period=growth(actual, last_period),
        base_value=base_value,
        growth=change,
        inverse=inverted,
        basis=basis,
        attainment=attainment(basis, target, sign) if measure < 3 and indicator.direction != "range" else None,
        first=inputs.first,
        segments=len(form.form.segments) if form and form.form else 0,
        config=int(config),
        no_base=int(no_base),
        fact_state=fact_state,
        raw_state=raw_state,
        gate=inputs.gate,
        state=state,
        status=Status(state).name,
        mode=mode,
        x=x,
        segment=None if segment is None else inputs.first + segment,
        points=points,
        score=score,
        counts=counts,
        waived=waived,
        blocks=int(plan.weight > 0 and mode == 3 and state > Status.EXCLUDED and not waived),
        missing_weight=plan.weight if mode == 3 and state >= Status.NO_BASE else 0.0,
        effective=0.0,
        keep=inputs.keep,
        weighted=None,
        exact=0.0,
        ranked=score if score is not None else 0.0,
        needed="",
        words_now=inputs.facts[0].typed if valued == 1 else "",
        plan_now="|".join((plan.rule, plan.params, plan.missing, *([inputs.facts[0].typed] if valued == 1 else ()))),
    )


def weighted_items(items: Sequence[Item]) -> list[Item]:
    """The rows of one card with effective weights: unscored rows hand their weight to the others."""
    carried = sum(row.weight for row in items if row.counts)
    return [_weighted(row, carried) for row in items]


def _weighted(row: Item, carried: float) -> Item:
    if row.score is None:
        return row
    effective = row.weight / carried if row.weight > 0 else 0.0
    weighted = excel_round(excel_round(row.score * effective * row.keep, 9), 2)
    exact = row.points * effective * row.keep if row.mode == 1 and row.points is not None else 0.0
    return replace(row, effective=effective, weighted=weighted, exact=exact)


def _anchors(inputs: ItemInputs) -> tuple[float | None, float | None, float | None]:
    """Target, threshold and stretch for the part of the period that the role was held."""
    target = inputs.target
    typed = (target.target, target.threshold, target.stretch) if target else (None, None, None)
    t, b, s = (None if number is None else number * inputs.share for number in typed)
    return t, b, s


def _within(points: float | None, floor: float, cap: float) -> float | None:
    return None if points is None else sorted((floor, cap, points))[1]


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else excel_round(value, decimals)


def _sign(form: RuleForm, indicator: Indicator) -> int:
    return form.form.sign if form.form else -1 if form.is_judged and indicator.direction == "down" else 1


def _digits(form: RuleForm, indicator: Indicator) -> int:
    return form.form.digits if form.form else indicator.digits


def _reference(form: RuleForm | None) -> tuple[int, float]:
    if form is None or form.measure != 2:
        return 1, 0.0
    if isinstance(form.reference, str):
        return REFERENCES[form.reference], 0.0
    return 4, float(form.reference or 0.0)


def _valued(form: RuleForm | None) -> int:
    """0 for a curve, 1 for points by words, 2 for points that were judged."""
    if form is None or form.form is not None:
        return 0
    return 2 if form.is_judged else int(bool(form.texts))


def _given_points(form: RuleForm | None, text: str) -> float | None:
    """Points that no formula computes: by a word, or judged."""
    if form is not None and form.is_judged:
        return form.verdict
    return word_score(form, text) if form is not None and form.texts and text else None


def _fact_state(fact: FactView, valued: int, points: float | None) -> int:
    if valued == 1:
        return int(min(fact.flag_state, Status.OK if points is not None else Status.MISSING))
    lacks = valued == 2 and points is None
    return int(min(fact.state, Status.INSUFFICIENT if lacks else Status.OK))


def _needs(form: RuleForm | None, anchor: str) -> int:
    """A curve that was drawn through an anchor needs it, even where the rule would have done without."""
    if form is None:
        return 0
    segments = form.form.segments if form.form else ()
    return int(anchor in form.needs or any(getattr(segment.at, anchor.lower()) for segment in segments))


def _config(inputs: ItemInputs, form: RuleForm | None, curve: Curve | None, valued: int) -> Status:
    target, threshold, stretch = _anchors(inputs)
    given = {"T": target is not None, "B": threshold is not None, "S": stretch is not None}
    is_fit = (
        form is not None
        and not inputs.hold
        and (valued or (curve is not None and all(curve.order_ok)))
        and all(given[anchor] for anchor in form.needs)
        and not (form.nonzero_target and not target)
    )
    return Status.OK if is_fit else Status.CONFIG_ERROR


def _after_gates(raw_state: int, gate: int, policy: str) -> int:
    is_zeroed = gate > 0 or (policy == "ZERO" and raw_state <= Status.INSUFFICIENT)
    return int(Status.ZEROED) if raw_state >= Status.NO_BASE and is_zeroed else raw_state


def _score(mode: int, points: float | None) -> float | None:
    if mode == 3:
        return None
    return 0.0 if mode == 2 or points is None else excel_round(excel_round(points, 9), 2)
