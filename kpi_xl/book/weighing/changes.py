"""What enters 权重变动台账 and the plan: proposals applied, and weights of another period put back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi_xl.book.weighing.dates import Entry, in_force, place_of
from kpi_xl.book.weighing.propose import Proposal
from kpi_xl.model.inputs import Inputs, PlanRow
from kpi_xl.model.periods import Period
from kpi_xl.scoring.rounding import excel_round

Written = Mapping[int, float]
"""Weights to be typed into the plan, by the index of its row."""


@dataclass(frozen=True, slots=True)
class Change:
    """One new line of the journal."""

    row: PlanRow
    period: Period                      # from which on it counts
    old: float                          # what counted from then on before
    new: float
    method: str
    cr: float | None = None             # of the comparisons that it rests on
    reason: str = ""                    # why it was taken although they contradict each other
    approver: str = ""

    @property
    def entry(self) -> Entry:
        """The same as it will be read."""
        return Entry(self.period, self.row.template, self.row.kpi, self.old, self.new)


def changes_of(proposal: Proposal, entries: Sequence[Entry], period: Period) -> Iterator[Change]:
    """The lines that a proposal adds, when its weights are to count from a period on."""
    known, scheme, chosen = in_force(entries, period.start), proposal.scheme, proposal.chosen
    has_answer = proposal.state == "OVERRIDDEN"
    for line, weight in zip(proposal.card.lines, proposal.weights or (), strict=True):
        old = known.get(place_of(line.plan.template, line.kpi), line.plan.weight)
        if excel_round(old, 9) != excel_round(weight, 9) or line.plan.weight != weight or not line.is_typed:
            yield Change(
                line.plan, period, old, weight, scheme.method, chosen.cr,
                scheme.reason if has_answer else "", scheme.approver if has_answer else "",
            )  # fmt: skip


def plan_after(changes: Sequence[Change], entries: Sequence[Entry], now: Period) -> Written:
    """What the plan must hold once these lines are written: the weights in force in the book's own period.

    A weight that waits for a later period leaves its row as it is.
    """
    after = in_force((*entries, *(change.entry for change in changes)), now.start)
    found = ((change, after[change.entry.place]) for change in changes)
    return {each.row.index: weight for each, weight in found if weight == each.new or weight != each.row.weight}


def plan_of_period(plan: Iterable[PlanRow], entries: Sequence[Entry], period: Period, only: str = "") -> Written:
    """What the plan must hold for a period, where it holds something else.

    Parameters
    ----------
    only
        The one template to look at; all when empty.
    """
    wanted = in_force(entries, period.start)
    rows = (row for row in plan if only in ("", row.template))
    found = ((row, wanted.get(place_of(row.template, row.kpi), row.weight)) for row in rows)
    return {row.index: weight for row, weight in found if excel_round(weight, 9) != excel_round(row.weight, 9)}


def with_weights(inputs: Inputs, written: Written) -> Inputs:
    """The inputs as they are once these weights stand in the plan."""
    plan = tuple(replace(row, weight=written.get(row.index, row.weight)) for row in inputs.plan)
    return replace(inputs, plan=plan)
