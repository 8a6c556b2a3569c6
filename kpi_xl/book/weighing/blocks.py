"""判断矩阵 as people know them: squares whose lower half follows from the upper, with live weights and consistency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import fsum, prod

from kpi_xl.book.formula import Places, resolve
from kpi_xl.book.tables.weights import JUDGEMENTS
from kpi_xl.book.weighing.matrices import Judged
from kpi_xl.book.weighing.stated import Judgement
from kpi_xl.book.wording import quoted_text
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Scalar, a1
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.weights.ahp import CR_LIMIT, RANDOM_INDEX

FIRST_PRINTED = 3
"""Sizes below have no random index but zero."""


@dataclass(frozen=True, slots=True)
class Corner:
    """Where a block begins: its 1-based top row and first column, and the cell with its random index."""

    row: int
    column: int
    index: str

    def at(self, i: int, j: int) -> str:
        """Address of row i, column j of the matrix, both 0-based."""
        return a1(self.row + 2 + i, self.column + 1 + j)


def block_cells(
    matrices: Sequence[Judged], typed: Iterable[Judgement], row: int, column: int, places: Places, lang: Lang
) -> Iterator[CellOut]:
    """The random indices in force, then every matrix below the other.

    Parameters
    ----------
    typed
        The judgements as they stand: which way round each pair was typed.
    row, column
        1-based place of the first cell.
    """
    ways = {(each.template, each.expert, each.matrix, each.row, each.column) for each in typed}
    yield from _indices(row, column, lang)
    top = row + 3
    for judged in (each for each in matrices if len(each.items) < len(RANDOM_INDEX)):
        size = len(judged.items)
        index = a1(row + 1, column + max(size, FIRST_PRINTED) - FIRST_PRINTED + 1)
        yield from _block(judged, ways, Corner(top, column, index), places, lang)
        top += size + 5


def _indices(row: int, column: int, lang: Lang) -> Iterator[CellOut]:
    yield CellOut(row, column, label("weights", "block.size", lang), style="kpi head")
    yield CellOut(row + 1, column, "RI", style="kpi head")
    for at, index in enumerate(RANDOM_INDEX[FIRST_PRINTED:], start=1):
        yield CellOut(row, column + at, float(at + FIRST_PRINTED - 1), style="kpi value int")
        yield CellOut(row + 1, column + at, float(index), style="kpi value coef")


def _block(
    judged: Judged, ways: set[tuple[str, str, str, str, str]], corner: Corner, places: Places, lang: Lang
) -> Iterator[CellOut]:
    size, last = len(judged.items), corner.column + len(judged.items)
    values = _values(judged)
    means, shares, ratios = _live(values)
    parts = (judged.template, judged.matrix, judged.expert)
    title = " · ".join(part for part in parts if part)
    for at in range(size + 4):
        yield CellOut(corner.row, corner.column + at, title if at == 0 else None, style="kpi band text")
    heads = ("", *judged.items, *(label("weights", f"block.{name}", lang) for name in ("mean", "share", "lambda")))
    yield from (CellOut(corner.row + 1, corner.column + at, text, style="kpi head") for at, text in enumerate(heads))
    for i, item in enumerate(judged.items):
        line = corner.row + 2 + i
        yield CellOut(line, corner.column, item, style="kpi value code")
        for j in range(size):
            yield _cell(judged, ways, corner, places, i, j, values[i][j])
        yield CellOut(line, last + 1, means[i], _mean_formula(corner, i, size), "kpi calc coef")
        yield CellOut(line, last + 2, shares[i], _share_formula(corner, i, size), "kpi calc pct")
        yield CellOut(line, last + 3, ratios[i], _ratio_formula(corner, i, size), "kpi calc coef")
    limit = judged.priorities.cr_limit if judged.priorities else CR_LIMIT
    yield from _verdict(corner, size, ratios, limit, lang)


def _cell(
    judged: Judged, ways: set[tuple[str, str, str, str, str]], corner: Corner, places: Places, i: int, j: int,
    value: Scalar,
) -> CellOut:  # fmt: skip
    place = corner.row + 2 + i, corner.column + 1 + j
    if i == j:
        return CellOut(*place, 1.0, style="kpi value coef")
    if i > j:
        above = corner.at(j, i)
        return CellOut(*place, value, f'IF(ISNUMBER({above}),1/{above},"")', "kpi calc coef")
    head = (judged.template, judged.expert, judged.matrix)
    turned = (*head, judged.items[j], judged.items[i]) in ways
    pair = (judged.items[j], judged.items[i]) if turned else (judged.items[i], judged.items[j])
    key = quoted_text("|".join((*head, *pair)))
    side, table = "reverse" if turned else "ratio", JUDGEMENTS.name
    text = f'IFERROR(INDEX([{table}.{side}#],MATCH({key},[{table}.key#],0)),"")'
    return CellOut(*place, value, resolve(text, places), "kpi calc coef")


def _values(judged: Judged) -> list[list[float | str]]:
    """The square as the sheet computes it: blank on both sides where a pair was not compared."""
    size = range(len(judged.items))
    cells = judged.cells
    return [
        [1.0 if i == j else _or_blank(cells[i][j]) if i < j else _reciprocal(cells[j][i]) for j in size] for i in size
    ]


def _or_blank(ratio: float | None) -> float | str:
    return "" if ratio is None else ratio


def _reciprocal(ratio: float | None) -> float | str:
    return "" if ratio is None else 1 / ratio


def _live(values: Sequence[Sequence[float | str]]) -> tuple[list[Scalar], list[Scalar], list[Scalar]]:
    """Row means, shares and eigenvalue ratios as the native columns compute them; dashes in an incomplete matrix."""
    size = len(values)
    rows = [[cell for cell in row if isinstance(cell, float)] for row in values]
    if any(len(row) < size for row in rows):
        means: list[Scalar] = [prod(row) ** (1 / size) if len(row) == size else "—" for row in rows]
        dashes: list[Scalar] = ["—"] * size
        return means, dashes, dashes
    numbers = [prod(row) ** (1 / size) for row in rows]
    shares = [number / fsum(numbers) for number in numbers]
    products = [fsum(a * w for a, w in zip(row, shares, strict=True)) for row in rows]
    return list(numbers), list(shares), [product / own for product, own in zip(products, shares, strict=True)]


def _mean_formula(corner: Corner, i: int, size: int) -> str:
    cells = [corner.at(i, j) for j in range(size)]
    return f'IF(COUNT({cells[0]}:{cells[-1]})={size},({"*".join(cells)})^(1/{size}),"—")'


def _share_formula(corner: Corner, i: int, size: int) -> str:
    own, column = corner.at(i, size), f"{corner.at(0, size)}:{corner.at(size - 1, size)}"
    return f'IF(COUNT({column})={size},{own}/SUM({column}),"—")'


def _ratio_formula(corner: Corner, i: int, size: int) -> str:
    shares = [corner.at(j, size + 1) for j in range(size)]
    products = "+".join(f"{corner.at(i, j)}*{shares[j]}" for j in range(size))
    return f'IF(ISNUMBER({shares[i]}),({products})/{shares[i]},"—")'


def _verdict(corner: Corner, size: int, ratios: Sequence[Scalar], limit: float, lang: Lang) -> Iterator[CellOut]:
    """The live consistency ratio below a matrix, by the row means, and whether it passes."""
    line, last = corner.row + 2 + size, corner.column + size
    column = f"{corner.at(0, size + 2)}:{corner.at(size - 1, size + 2)}"
    numbers = [ratio for ratio in ratios if isinstance(ratio, float)]
    value = _ratio(numbers, size) if len(numbers) == size else None
    spread = f"(SUM({column})/{size}-{size})/{max(1, size - 1)}/{corner.index}" if size >= FIRST_PRINTED else "0"
    formula = f'IF(COUNT({column})={size},{spread},"—")'
    cell = a1(line, last + 2)
    sign = "·" if value is None else "✓" if excel_round(value, 9) <= limit else "▲"
    test = f'IF(ISNUMBER({cell}),IF(ROUND({cell},9)<={limit:g},"✓","▲"),"·")'
    yield CellOut(line, last + 1, label("weights", "block.cr", lang), style="kpi helper")
    yield CellOut(line, last + 2, "—" if value is None else value, formula, "kpi calc coef")
    yield CellOut(line, last + 3, sign, test, "kpi calc flag")


def _ratio(numbers: Sequence[float], size: int) -> float:
    if size < FIRST_PRINTED:
        return 0.0
    return (fsum(numbers) / size - size) / (size - 1) / RANDOM_INDEX[size]
