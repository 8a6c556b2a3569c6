"""What an appraisal comes to: rows of 评分明细 and 汇总排名; the field names are the sheets' columns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator on one card."""

    row: int
    card: str
    card_key: str
    key: str
    key_year: str
    key_period: str
    plan_key: str
    kpi: str
    name: str
    perspective: str
    perspective_name: str
    unit: str
    definition: str
    source: str
    rule: str
    rule_text: str
    direction: str
    policy: str
    measure: int
    reference: int
    constant: float
    sign: int
    digits: int
    decimals: int
    shown: int
    need_t: int
    need_b: int
    need_s: int
    nonzero: int
    rule_cap: float
    rule_floor: float
    hold: int
    valued: int
    rule_points: float | None
    plan_row: int
    weight: float
    target_row: int
    threshold: float | None
    target: float | None
    stretch: float | None
    cap: float
    floor: float
    fact_row: int
    year_row: int
    period_row: int
    actual: float | None
    last_year: float | None
    last_period: float | None
    growth_year: float | None
    growth_period: float | None
    base_value: float | None
    growth: float | None
    inverse: float | None
    basis: float | None
    attainment: float | None
    first: int
    segments: int
    config: int
    no_base: int
    fact_state: int
    raw_state: int
    gate: int
    state: int
    status: str
    mode: int
    x: float | None
    segment: int | None
    points: float | None
    score: float | None
    counts: int
    waived: int
    blocks: int
    missing_weight: float
    effective: float
    keep: int
    weighted: float | None
    exact: float
    ranked: float
    needed: str
    words_now: str
    plan_now: str
    same: int = 1
    changed: int = 0
    disagrees: int = 0

    @property
    def then_actual(self) -> float | None:
        """What the actual was when the row was scored; the sheet compares it with what is there now."""
        return self.actual

    @property
    def then_threshold(self) -> float | None:
        """The threshold when scored."""
        return self.threshold

    @property
    def then_target(self) -> float | None:
        """The target when scored."""
        return self.target

    @property
    def then_stretch(self) -> float | None:
        """The stretch when scored."""
        return self.stretch

    @property
    def then_weight(self) -> float:
        """The weight when scored."""
        return self.weight

    @property
    def then_state(self) -> int:
        """The state when scored."""
        return self.state

    @property
    def then_plan(self) -> str:
        """Rule, params and policy when scored."""
        return self.plan_now

    @property
    def then_score(self) -> float | None:
        """The engine's score, which the native formula must reproduce."""
        return self.score


@dataclass(frozen=True, slots=True)
class Card:
    """One appraised subject in one period."""

    card: str
    name: str
    template: str
    rank_group: str
    period: str
    card_key: str
    last_key: str
    hold: int
    first: int
    items: int
    scored: int
    excluded: int
    provisional: int
    weight_sum: float
    missing_weight: float
    blocked: int
    is_open: int
    F: float
    U: float
    O: float  # noqa: E741 - the perspective's code
    base: float
    bonus: float
    penalty: float
    adjust: float
    before_veto: float | None
    veto_cap: float
    veto_hits: int
    vetoed: int
    total: float | None
    band: int | None
    grade: str | None
    coefficient: float | None
    letter_end: int | None
    next_band: int | None
    gap: float | None
    next_grade: str | None
    last_total: float | None
    change: float | None
    state: int
    status: str
    top_weight: float
    top_score: float
    sort1: float
    sort2: float
    exact: float
    edge: int
    rank: int | None = None
    same: int = 1
    changed: int = 0
    disagrees: int = 0

    @property
    def then_total(self) -> float | None:
        """The engine's total, which the native formula must reproduce."""
        return self.total

    @property
    def then_bonus(self) -> float:
        """Bonus points when scored."""
        return self.bonus

    @property
    def then_penalty(self) -> float:
        """Penalty points when scored."""
        return self.penalty

    @property
    def then_veto(self) -> float:
        """The veto's cap when scored."""
        return self.veto_cap

    @property
    def then_hits(self) -> int:
        """Vetoes when scored."""
        return self.veto_hits

    @property
    def then_blocked(self) -> int:
        """What withheld the card when scored; a waiver changes it."""
        return self.blocked


@dataclass(frozen=True, slots=True)
class CurveRow:
    """One segment of one row's curve, symbolic coefficients and the numbers they give."""

    row: int
    seg: int
    kT: float
    kB: float
    kS: float
    kD: float
    d_min: float
    k0: float
    y0: float
    y1: float
    side: int
    open: float
    sign: int
    digits: int
    target: float
    threshold: float
    stretch: float
    x0: float
    start: float
    slope: float
    order_ok: int
