"""权重判断 and 战略目标: what people stated about weights, as typed rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from kpi_xl.book.rows import Row, rows
from kpi_xl.book.table import Table
from kpi_xl.book.tables import weights as spec
from kpi_xl.book.typed_rows import Codes
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import PlanRow
from kpi_xl.model.issue import Issue

LOW, HIGH, CEILING = 0.05, 0.30, 0.40
"""Usual bounds of an indicator's weight, and what no upper bound exceeds."""
SHARE, MOST_SHARE = 0.30, 0.50
"""Part of objective weights in a combination: usually, and at most where pay hangs on it."""
UNIT, LEAST_UNIT = 0.01, 0.001
STEPS: Mapping[str, float] = {
    **{f"1/{n}": 1 / n for n in range(9, 1, -1)},
    **{str(n): float(n) for n in range(1, 10)},
}
"""Saaty's scale as people choose it."""
PERSPECTIVES = "FUO"

Place = tuple[str, str]
"""Template and indicator."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the weights of one template are found."""

    template: str
    method: str = "direct"
    ahp: str = "eigenvector"
    group: str = "AIJ"
    stated: str = ""                    # which stated weights enter a combination; "" the first there are
    objective: str = "critic"
    combination: str = "linear"
    share: float = SHARE                # part of the objective weights
    floor: float = 0.0                  # least total of each perspective
    unit: float = UNIT
    cr: str = "standard"                # which limit the consistency ratio is held to
    bwm: str = "linear"
    reason: str = ""                    # why weights of contradictory comparisons are taken all the same
    approver: str = ""

    @property
    def is_strict(self) -> bool:
        """Three and four things are held to smaller ratios than more of them."""
        return self.cr == "strict"

    @property
    def is_vouched(self) -> bool:
        """Somebody answers for contradictory comparisons: only with a reason and an approver does it count."""
        return bool(self.reason and self.approver)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One comparison of one expert; None where nothing was chosen yet."""

    template: str
    expert: str
    matrix: str
    row: str
    column: str
    ratio: float | None
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """Everything that people stated about weights."""

    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    ranks: Mapping[Place, float] = field(default_factory=dict)
    bounds: Mapping[Place, tuple[float, float]] = field(default_factory=dict)
    best_worst: Mapping[Place, tuple[float | None, float | None]] = field(default_factory=dict)
    best_worst_cells: Mapping[Place, tuple[str, str]] = field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()
    say: Mapping[str, float] = field(default_factory=dict)
    goals: Mapping[str, float] = field(default_factory=dict)
    links: Mapping[Place, float] = field(default_factory=dict)          # strength by goal and indicator
    cells: Mapping[str, str] = field(default_factory=dict)              # where a template's method is chosen

    def scheme(self, template: str) -> Scheme:
        """How a template is weighed."""
        return self.schemes.get(template) or Scheme(template)

    def bound(self, template: str, kpi: str) -> tuple[float, float]:
        """Least and largest weight of an indicator."""
        return self.bounds.get((template, kpi), (LOW, HIGH))


@dataclass(frozen=True, slots=True)
class _Desk:
    grids: Mapping[str, TableGrid]
    plan: Mapping[Place, Place]         # canonical spelling by casefolded place
    templates: Codes
    issues: list[Issue]

    def rows(self, table: Table) -> Iterator[Row]:
        """Filled rows; none where the book does not have the table."""
        if table.name in self.grids:
            for row in rows(table, self.grids[table.name], self.issues):
                self.issues.extend(row.errors(c.key for c in table.columns if c.kind == "input"))
                yield row

    def place(self, row: Row) -> Place | None:
        """The row of the plan that a row speaks of; None, with an issue, when there is none."""
        asked = row.text("template"), row.text("kpi")
        found = self.plan.get((asked[0].casefold(), asked[1].casefold()))
        if found is None:
            self.unknown(row, "kpi", *asked)
        return found

    def unknown(self, row: Row, column: str, template: str, kpi: str) -> None:
        """The row speaks of something that no plan has."""
        self.issues.append(Issue("W-WEIGHING-UNKNOWN", row.cell(column), {"template": template, "found": kpi or "—"}))


def read_stated(
    grids: Mapping[str, TableGrid], plan: tuple[PlanRow, ...], issues: list[Issue]
) -> Stated:
    """Everything stated on the book, as far as it can be read; what cannot be is an issue.

    Parameters
    ----------
    grids
        Tables by name; those on first use may be absent.
    plan
        The rows that weights are sought for.
    issues
        Takes what was odd.
    """
    places = {(r.template.casefold(), r.kpi.casefold()): (r.template, r.kpi) for r in reversed(plan)}
    desk = _Desk(grids, places, Codes(row.template for row in plan), issues)
    schemes = dict(_schemes(desk))
    ranks, bounds = _ranks(desk)
    pairs = list(_best_worst(desk))
    return Stated(
        schemes={name: scheme for name, (scheme, _) in schemes.items()},
        ranks=ranks,
        bounds=bounds,
        best_worst={place: pair for place, pair, _ in pairs},
        best_worst_cells={place: cells for place, _, cells in pairs},
        judgements=tuple(_judgements(desk)),
        say={row.text("expert"): row.number("say", issues) or 0.0 for row in desk.rows(spec.EXPERTS)},
        goals=_goals(desk),
        links=dict(_links(desk)),
        cells={name: cell for name, (_, cell) in schemes.items()},
    )


def _schemes(desk: _Desk) -> Iterator[tuple[str, tuple[Scheme, str]]]:
    for row in desk.rows(spec.WEIGHING):
        template = desk.templates(row.text("template"))
        if template not in desk.templates:
            desk.unknown(row, "template", template, "")
            continue
        yield template, (_scheme(row, template, desk.issues), row.cell("method"))


def _scheme(row: Row, template: str, issues: list[Issue]) -> Scheme:
    usual = Scheme(template)
    share = row.between("share", 0.0, MOST_SHARE, issues)
    return Scheme(
        template=template,
        method=row.choice("method", spec.METHODS, issues, usual.method),
        ahp=row.choice("ahp", spec.AHP_METHODS, issues, usual.ahp),
        group=row.choice("group", spec.GROUPS, issues, usual.group),
        stated=row.choice("stated", spec.STATED, issues),
        objective=row.choice("objective", spec.OBJECTIVE, issues, usual.objective),
        combination=row.choice("combination", spec.COMBINATIONS, issues, usual.combination),
        share=SHARE if share is None else share,
        floor=row.between("floor", 0.0, 1.0, issues) or 0.0,
        unit=row.between("unit", LEAST_UNIT, 1.0, issues) or UNIT,
        cr=row.choice("cr", spec.CR_LIMITS, issues, usual.cr),
        bwm=row.choice("bwm", spec.BWM_MODELS, issues, usual.bwm),
        reason=row.text("reason"),
        approver=row.text("approver"),
    )


def _ranks(desk: _Desk) -> tuple[Mapping[Place, float], Mapping[Place, tuple[float, float]]]:
    ranks: dict[Place, float] = {}
    bounds: dict[Place, tuple[float, float]] = {}
    for row in desk.rows(spec.RANKS):
        place = desk.place(row)
        if place is None:
            continue
        rank = row.number("rank", desk.issues)
        low, high = (row.between(column, 0.0, CEILING, desk.issues) for column in ("low", "high"))
        if rank is not None:
            ranks[place] = rank
        bounds[place] = (LOW if low is None else low, HIGH if high is None else high)
    return ranks, bounds


def _best_worst(desk: _Desk) -> Iterator[tuple[Place, tuple[float | None, float | None], tuple[str, str]]]:
    for row in desk.rows(spec.BEST_WORST):
        place = desk.place(row)
        pair = row.number("best_to_other", desk.issues), row.number("other_to_worst", desk.issues)
        if place is not None and pair != (None, None):
            yield place, pair, (row.cell("best_to_other"), row.cell("other_to_worst"))


def _judgements(desk: _Desk) -> Iterator[Judgement]:
    known = Codes((*(kpi for _, kpi in desk.plan.values()), *PERSPECTIVES))
    for row in desk.rows(spec.JUDGEMENTS):
        template = desk.templates(row.text("template"))
        names = [known(row.text(column)) for column in ("row", "column")]
        strange = next((each for each in names if each not in known), "")
        if template not in desk.templates or strange:
            desk.unknown(row, "row", template, strange)
            continue
        step = row.choice("value", tuple(STEPS), desk.issues)
        matrix = row.text("matrix").upper() or spec.WHOLE
        at = row.cell("value")
        yield Judgement(template, row.text("expert"), matrix, names[0], names[1], STEPS.get(step), at)


def _goals(desk: _Desk) -> Mapping[str, float]:
    found = {row.text("goal"): row.number("weight", desk.issues) for row in desk.rows(spec.GOALS)}
    return {goal: weight for goal, weight in found.items() if weight is not None and goal}


def _links(desk: _Desk) -> Iterator[tuple[Place, float]]:
    known = Codes(kpi for _, kpi in desk.plan.values())
    for row in desk.rows(spec.GOAL_LINKS):
        strength = row.number("strength", desk.issues)
        if strength is not None:
            yield (row.text("goal"), known(row.text("kpi"))), strength


def step_of(ratio: float) -> str:
    """A ratio as people write it on Saaty's scale.

    >>> step_of(1 / 3), step_of(4.0)
    ('1/3', '4')
    """
    return str(Fraction(ratio).limit_denominator(9))
