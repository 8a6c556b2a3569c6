"""The tables an appraisal is a pure function of, as typed rows; what was read, nothing computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import Period


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of the settings table that scoring uses."""

    period: Period
    lang: str = "zh"
    state: str = "draft"
    scheme: str = "BAND120"
    total_cap: float = 120.0
    adjust_cap: float = 10.0
    missing_limit: float = 0.2          # largest share of weight that REWEIGHT may redistribute
    veto_score: float = 59.99           # cap of CAP_SCORE when the row gives none
    period_mode: str = "RECALC"         # how the total of a longer period comes about: RECALC AVG MIX LASTP
    year_mode_person: str = "MIX"       # the same for the year of a person
    period_mix: float = 0.4             # part of the average in MIX
    cascade: str = "share"              # what `alpha` does: share, coefficient, or nothing to the total: bonus
    texts: Mapping[str, str] = field(default_factory=dict)      # every setting as text, for the headers of the sheets


@dataclass(frozen=True, slots=True)
class Band:
    """A row of the grade table: from `lo` on, this letter and coef + slope * (total - lo)."""

    scheme: str
    grade: str
    lo: float
    coef: float
    slope: float
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A node of the organisation; it is appraised when it has a template."""

    id: str
    kind: str
    name: str
    parent: str
    template: str
    rank_group: str
    cell: str = ""
    alpha: float | None = None          # how much of the parent's total, or of its deviation, is in this one's


@dataclass(frozen=True, slots=True)
class Role:
    """One role of one person, for as long as it was held; a person without any holds the one of the organisation."""

    person: str
    number: int
    parent: str                         # "" for the one of the organisation, as is the template
    template: str
    first: date | None                  # None: since ever
    last: date | None                   # None: until further notice
    fte: float = 1.0                    # part of the working time
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """How one indicator is measured and shown."""

    code: str
    name: str
    perspective: str                    # F, U or O
    unit: str
    decimals: int                       # of the number as displayed; a percentage shows two more digits than it stores
    digits: int                         # comparison digits, see `Curve`
    direction: str                      # up, down or range
    additive: bool                      # a numerator alone is the value
    agg_time: str = "SUM"               # how sub-periods come together: SUM RATIO RFS DIST DISTRATIO WMEAN LAST FORMULA
    agg_unit: str = "SUM"               # how sub-units do
    variant: str = ""
    factor: float = 1.0                 # num / den is multiplied by this
    min_n: float = 1.0
    frequency: str = "M"                # M, Q, H or Y: the shortest period it is measured for
    undefined_den: bool = False         # a denominator <= 0 leaves it undefined instead of being an error
    definition: str = ""
    source: str = ""
    cell: str = ""

    @property
    def stored_decimals(self) -> int:
        """Decimals of the stored number: 21.00 % is 0.2100."""
        return self.decimals + 2 if self.unit == "%" else self.decimals


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One indicator on one template: weight and rule in one row."""

    template: str
    kpi: str
    no: float
    weight: float
    rule: str
    params: str
    cap: float | None
    floor: float | None
    missing: str
    index: int = 0                      # 0-based row of its table
    cell: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)      # address by column
    measured_at: str = ""               # whose facts and targets count: "" its own, "parent", or a subject


@dataclass(frozen=True, slots=True)
class Target:
    """Threshold, target and stretch of one subject and indicator in one period."""

    key: str                            # period|subject|kpi
    threshold: float | None
    target: float | None
    stretch: float | None
    index: int = 0                      # 0-based row of its table
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Actual:
    """One typed fact: numerator, denominator, value, sample size."""

    key: str
    num: float | None
    den: float | None
    value: float | None
    n: float | None
    flag: str
    text: str = ""                      # a text actual, for pass/fail by words
    typed: str = ""                     # what the value cell says where it holds no number, "—" included
    index: int = 0                      # 0-based row of its table
    cell: str = ""


@dataclass(frozen=True, slots=True)
class RawFigure:
    """What the raw rows come to for one subject and indicator in one period."""

    num: float | None
    den: float | None
    n: float | None
    value: float | None
    is_approximate: bool = False        # a share of what several units have together


@dataclass(frozen=True, slots=True)
class RatingRow:
    """What one rater gave for one subject and indicator."""

    key: str                            # period|subject|kpi
    rater: str
    role: str                           # its code, or the word when the company has its own
    points: float | None                # of the level; None when none was given
    share: float = 0.0                  # weight of the role, as the rating's row shows it
    index: int = 0
    cell: str = ""


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """A panel's points for one subject and indicator before and after somebody calibrated them."""

    key: str                            # period|subject|kpi
    before: float | None
    after: float | None
    reason: str
    approver: str
    index: int = 0                      # 0-based row of its table
    cell: str = ""

    @property
    def is_complete(self) -> bool:
        """Only with both points, a reason and an approver does it count."""
        return None not in (self.before, self.after) and bool(self.reason and self.approver)


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """One step of a subject's plan."""

    card_key: str                       # period|subject
    plan: str
    weight: float
    due: date | None
    done: date | None
    progress: float | None              # fraction
    has_evidence: bool
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Bonus, penalty, veto or waiver of one card, with its evidence."""

    card_key: str                       # period|subject
    kind: str
    points: float
    effect: str
    value: str | float | None
    scope: str
    is_complete: bool                   # reason and approver (and evidence, where asked) are given
    cell: str = ""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """The published result of one card in an earlier scoring; read, never recomputed."""

    key: str                            # period|card
    period: str
    total: float | None
    values: tuple[Scalar, ...]
    status: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the workbook says, before anything is computed."""

    settings: Settings
    bands: tuple[Band, ...]
    subjects: tuple[Subject, ...]
    indicators: tuple[Indicator, ...]
    plan: tuple[PlanRow, ...]
    targets: tuple[Target, ...]
    actuals: tuple[Actual, ...]
    adjustments: tuple[Adjustment, ...]
    history: tuple[HistoryRow, ...] = ()
    roles: tuple[Role, ...] = ()
    ratings: tuple[RatingRow, ...] = ()
    role_weights: Mapping[str, float] = field(default_factory=dict)     # of raters, by their role
    milestones: tuple[MilestoneRow, ...] = ()
    calibrations: tuple[CalibrationRow, ...] = ()
    raw: Mapping[str, RawFigure] = field(default_factory=dict)  # by key; empty where no source is
    spoiled_cards: frozenset[str] = frozenset()                 # cards with an error of their own
    spoiled_items: frozenset[tuple[str, str]] = frozenset()     # (subject, kpi) rows with an error of their own


def key(*parts: object) -> str:
    """Key of a row: its parts joined by a bar.

    >>> key("2026-03", "D01", "REV")
    '2026-03|D01|REV'
    """
    return "|".join(str(part) for part in parts)
