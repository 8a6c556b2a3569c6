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
    standing: int
    share: float
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
    """One appraised subject, or one role of it, in one period; what has a default hangs on the other cards."""

    card: str
    name: str
    template: str
    rank_group: str
    period: str
    card_key: str
    last_key: str
    subject: str
    listed: str                         # its template in 组织, which a role may replace
    person_key: str
    parent_key: str
    role_days: float
    main: int
    mode: int
    averaged: int
    part1: str
    part2: str
    part3: str
    part4: str
    part_total1: float | None
    part_total2: float | None
    part_total3: float | None
    part_total4: float | None
    parts: int
    parts_known: int
    part_value: float | None
    cascade: int
    alpha: float
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
    own: float | None
    day_points: float
    last_total: float | None
    top_weight: float
    top_score: float
    sort2: float
    exact: float
    others: float = 0.0                 # day points of the other roles of the person
    mixed: float | None = None
    result: float | None = None
    above: float | None = None
    cascaded: float | None = None
    total: float | None = None
    state: int = 2
    status: str = "WITHHELD"
    change: float | None = None
    band: int | None = None
    grade: str | None = None
    coefficient: float | None = None
    letter_end: int | None = None
    next_band: int | None = None
    gap: float | None = None
    next_grade: str | None = None
    sort1: float = 0.0
    edge: int = 0
    rank: int | None = None
    same: int = 1
    changed: int = 0
    disagrees: int = 0
    summary: str = ""
    outlook: str = ""
    reach: float = 1.0                  # points of the total for one point of the card's own

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

    @property
    def then_alpha(self) -> float:
        """Share of the superior when scored."""
        return self.alpha

    @property
    def then_above(self) -> float | None:
        """The superior's own result when scored."""
        return self.above

    @property
    def then_parts(self) -> float | None:
        """What the parts of the period came to when scored."""
        return self.part_value

    @property
    def then_others(self) -> float:
        """Days times points of the person's other roles when scored."""
        return self.others


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
