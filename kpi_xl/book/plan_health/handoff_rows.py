"""交接: the rows of its tables, ready to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.book.table import MISSING
from kpi_xl.book.tables.handoffs import HANDOFF_MATRIX, HANDOFFS, MOST
from kpi_xl.scoring.handoffs import Flow
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.verdicts import GRID

HOURS_GRID = 6
Flows = Mapping[tuple[str, str], Flow]
Number = float | str
"""A number, or the mark of one that is not there."""


@dataclass(frozen=True, slots=True)
class PairRow:
    """What one unit handed to another."""

    giver: str
    receiver: str
    due: int
    in_order: int
    share: Number
    accepted: int
    open: int
    waited: float
    waiting: Number
    ended: int
    worked: float
    cycle: Number
    giver_no: int
    receiver_no: int


class UnitRow:
    """One unit of the matrix: a column is an attribute, those of the receivers by their number."""

    def __init__(self, no: int, unit: str, own: Mapping[int, Flow], units: int) -> None:
        self.no, self.unit, self._own, self._units = no, unit, own, units

    @property
    def due(self) -> int:
        """Hand-offs of the unit that were due."""
        return sum(flow.rate.den for flow in self._own.values())

    @property
    def share(self) -> Number:
        """Of those, the share on time and accepted at once."""
        return _share(sum(flow.rate.num for flow in self._own.values()), self.due)

    def __getattr__(self, name: str) -> Number:
        number = int(name.removeprefix("to"))
        if number > self._units:
            return ""
        flow = self._own.get(number)
        return MISSING if flow is None else _share(flow.rate.num, flow.rate.den)


def handoff_rows(flows: Flows, names: Mapping[str, str]) -> Mapping[str, Sequence[object]]:
    """Rows of the matrix and of the list.

    Parameters
    ----------
    flows
        By giver and receiver.
    names
        Of the units that are subjects, by their code.
    """
    numbers = _numbers(flows)
    shown = {unit: f"{unit} {names[unit]}" if names.get(unit, unit) != unit else unit for unit in numbers}
    by_number: dict[str, dict[int, Flow]] = {unit: {} for unit in numbers}
    for (giver, receiver), flow in flows.items():
        by_number[giver][numbers[receiver]] = flow
    matrix = [UnitRow(no, shown[unit], by_number[unit], len(numbers)) for unit, no in numbers.items()]
    pairs = [_pair(flow, shown[giver], shown[receiver], numbers[giver], numbers[receiver])
             for (giver, receiver), flow in flows.items()]  # fmt: skip
    return {HANDOFF_MATRIX.name: matrix, HANDOFFS.name: pairs}


def _numbers(flows: Flows) -> Mapping[str, int]:
    """Units by number: where there are more than the matrix has columns, those that receive most come first."""
    units = sorted({unit for pair in flows for unit in pair})
    if len(units) > MOST:
        received = {unit: sum(flow.rate.den for (_, to), flow in flows.items() if to == unit) for unit in units}
        units.sort(key=lambda unit: -received[unit])
    return {unit: number for number, unit in enumerate(units, start=1)}


def _pair(flow: Flow, giver: str, receiver: str, giver_no: int, receiver_no: int) -> PairRow:
    waited, worked = excel_round(flow.waited, HOURS_GRID), excel_round(flow.worked, HOURS_GRID)
    return PairRow(
        giver=giver,
        receiver=receiver,
        due=flow.rate.den,
        in_order=flow.rate.num,
        share=_share(flow.rate.num, flow.rate.den),
        accepted=flow.accepted,
        open=flow.rate.den - flow.accepted,
        waited=waited,
        waiting=excel_round(waited / flow.accepted, HOURS_GRID) if flow.accepted else MISSING,
        ended=flow.ended,
        worked=worked,
        cycle=excel_round(worked / flow.ended, HOURS_GRID) if flow.ended else MISSING,
        giver_no=giver_no,
        receiver_no=receiver_no,
    )


def _share(part: int, whole: int) -> Number:
    return excel_round(part / whole, GRID) if whole else MISSING
