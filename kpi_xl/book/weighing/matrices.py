"""The matrices of comparisons on the book, one for each expert, with their weights and consistency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import cast

from kpi_xl.book.tables.weights import TOP, WHOLE
from kpi_xl.book.weighing.card import Card
from kpi_xl.book.weighing.finding import Told
from kpi_xl.book.weighing.stated import Judgement, Scheme, Stated
from kpi_xl.errors import MethodError
from kpi_xl.model.params import Problem
from kpi_xl.scoring.weights.ahp import Method, Priorities, ahp
from kpi_xl.scoring.weights.incomplete import incomplete_ahp

Cells = tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One expert's matrix: the comparisons, and the weights with their consistency where there are any."""

    template: str
    matrix: str
    expert: str
    items: tuple[str, ...]
    cells: Cells                        # the half above the diagonal; below it only what contradicts
    priorities: Priorities | None = None
    told: tuple[Told, ...] = ()
    places: Mapping[tuple[int, int], str] = field(default_factory=dict)     # cells, above the diagonal

    @property
    def known(self) -> int:
        """How many pairs were compared."""
        return sum(self.cells[i][j] is not None for i, j in combinations(range(len(self.items)), 2))

    @property
    def is_complete(self) -> bool:
        """Every pair was."""
        return self.known == len(self.items) * (len(self.items) - 1) // 2

    @property
    def where(self) -> str:
        """Matrix and expert."""
        return f"{self.matrix} · {self.expert}" if self.expert else self.matrix


def items_of(matrix: str, card: Card) -> tuple[str, ...]:
    """What a matrix compares: all indicators, the perspectives, or the indicators of one perspective."""
    if matrix == WHOLE:
        return card.kpis
    if matrix == TOP:
        return card.perspectives
    return tuple(line.kpi for line in card.lines if line.indicator.perspective == matrix)


def judged_matrices(card: Card, stated: Stated) -> tuple[Judged, ...]:
    """Every matrix of a template in which something was compared, in the order of the rows."""
    found: dict[tuple[str, str], list[Judgement]] = {}
    for each in stated.judgements:
        if each.template == card.template and each.ratio is not None:
            found.setdefault((each.matrix, each.expert), []).append(each)
    scheme = stated.scheme(card.template)
    return tuple(_judged(card, scheme, matrix, expert, rows) for (matrix, expert), rows in found.items())


def _judged(card: Card, scheme: Scheme, matrix: str, expert: str, rows: Sequence[Judgement]) -> Judged:
    items = items_of(matrix, card)
    strays = [f"{each.row} : {each.column}" for each in rows if not {each.row, each.column} <= set(items)]
    if strays:
        blank = Judged(card.template, matrix, expert, items, tuple((None,) * len(items) for _ in items))
        problem = Problem("E-WEIGHING-STRAY", {"found": ", ".join(strays), "matrix": matrix})
        return replace(blank, told=(Told(problem, blank.where),))
    judged = Judged(card.template, matrix, expert, items, _cells(items, rows), places=_places(items, rows))
    try:
        return weighed(judged, scheme)
    except MethodError as failure:
        return replace(judged, told=(Told(_named(failure, items), judged.where),))


def weighed(judged: Judged, scheme: Scheme) -> Judged:
    """The matrix with its weights.

    Raises
    ------
    MethodError
        What `ahp` and `incomplete_ahp` raise.
    """
    way = cast(Method, scheme.ahp)
    is_strict = scheme.is_strict
    found = ahp(judged.cells, way, is_strict) if judged.is_complete else incomplete_ahp(judged.cells, is_strict)
    return replace(judged, priorities=found, told=tuple(Told(problem, judged.where) for problem in found.warnings))


def _cells(items: Sequence[str], rows: Sequence[Judgement]) -> Cells:
    places = {item: at for at, item in enumerate(items)}
    cells: list[list[float | None]] = [[None] * len(items) for _ in items]
    for each in rows:
        i, j = places[each.row], places[each.column]
        ratio = each.ratio or 1.0
        if i > j and cells[j][i] is None:
            i, j, ratio = j, i, 1 / ratio
        cells[i][j] = ratio
    return tuple(map(tuple, cells))


def _places(items: Sequence[str], rows: Sequence[Judgement]) -> Mapping[tuple[int, int], str]:
    pairs = ((sorted((items.index(each.row), items.index(each.column))), each.cell) for each in rows)
    return {(i, j): cell for (i, j), cell in pairs}


def _named(failure: MethodError, items: Sequence[str]) -> Problem:
    """The failure with names instead of the numbers of rows and columns."""
    numbers = {name: value for name, value in failure.args_by_name.items() if name in ("row", "column")}
    names = {name: items[value - 1] for name, value in numbers.items() if isinstance(value, int)}
    groups = failure.args_by_name.get("found")
    if failure.code == "E-AHP-CONNECTED" and isinstance(groups, str):
        pieces = (piece.split(", ") for piece in groups.split(" | "))
        names["found"] = " | ".join(", ".join(items[int(each) - 1] for each in piece) for piece in pieces)
    return Problem(failure.code, {**failure.args_by_name, **names})
