"""A book with the worked numbers of the weight methods on it, one template for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from kpi_xl.book.example import example
from kpi_xl.book.rows import positions
from kpi_xl.book.sheets import TABLES
from kpi_xl.book.starter import Content
from kpi_xl.commands.adding import add_sheet
from kpi_xl.commands.new import new_from
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.weigh import weigh
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang
from kpi_xl.model.grid import CellOut, Patch, Scalar

Cells = Mapping[str, Scalar]

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "ONE": ("REV",),
    "TWO": ("REV", "GPM"),
    "THREE": ("REV", "GPM", "NPM"),
    "FOUR": ("REV", "GPM", "NPM", "ROI"),
    "FIVE": ("REV", "GPM", "NPM", "ROI", "MAU"),
    "MIXED": ("REV", "MAU", "OPT", "DLT"),
}
"""Codes of the example's indicators; of MIXED the last two are the better the lower."""
DIRECT = {"FIVE": (0.52, 0.25, 0.15, 0.05, 0.03)}
TABLE_3 = ((2.9, 2.31, 0.56, 1.89), (1.2, 1.34, 0.21, 2.48), (0.3, 2.48, 1.75, 1.69))
MEREC_DATA = ((450, 8000, 54, 145), (10, 9100, 2, 160), (100, 8200, 31, 153), (220, 9300, 1, 162), (5, 8400, 23, 158))
GOALS = {"G1": 0.5, "G2": 0.3, "G3": 0.2}
RELATION = ((9, 3, 1, 0), (1, 9, 3, 1), (0, 1, 9, 3))


def content(lang: Lang = "zh", past: Mapping[str, Sequence[Sequence[float]]] | None = None) -> Content:
    """The worked example with more templates, and past months of subjects who follow them."""
    start = example(lang)
    rows = {str(row["kpi"]): row for row in start["tblPlan"]}
    plan = [*start["tblPlan"], *(line for name, kpis in TEMPLATES.items() for line in _plan(name, kpis, rows))]
    subjects, actuals = [*start["tblSubjects"]], [*start["tblActuals"]]
    for number, (template, months) in enumerate((past or {}).items(), start=1):
        subjects.append({"subject": f"X{number}", "kind": "team", "name": template, "template": template})
        actuals += _months(f"X{number}", TEMPLATES[template], months)
    return {**start, "tblPlan": plan, "tblSubjects": subjects, "tblActuals": actuals}


def _plan(template: str, kpis: Sequence[str], rows: Mapping[str, Cells]) -> Iterable[Cells]:
    weights = DIRECT.get(template, [1 / len(kpis)] * len(kpis))
    return ({**rows[kpi], "template": template, "weight": weight} for kpi, weight in zip(kpis, weights, strict=True))


def _months(subject: str, kpis: Sequence[str], months: Sequence[Sequence[float]]) -> Iterable[Cells]:
    for month, values in enumerate(months, start=1):
        for kpi, value in zip(kpis, values, strict=True):
            yield {"period": f"2025-{month:02d}", "subject": subject, "kpi": kpi, "value": float(value)}


def built(path: Path, past: Mapping[str, Sequence[Sequence[float]]] | None = None, lang: Lang = "zh") -> FileHost:
    """The book on disk, with the sheets of weighing and nothing judged."""
    new_from(path, FileHost, content(lang, past), lang)
    weigh(FileHost(path))
    return FileHost(path)


def typed(host: FileHost, table: str, change: Callable[[Cells], Cells]) -> None:
    """Type into the filled rows of a table; `change` takes a row and gives the cells to type."""
    grid = host.tables()[table]
    places = positions(TABLES[table], grid, [])
    cells = [
        CellOut(grid.row + 1 + index, grid.column + places[column], value)
        for index, row in enumerate(grid.rows)
        for column, value in change({key: row[place] for key, place in places.items()}).items()
    ]
    host.write([], [Patch(table, tuple(cells), grid.declared)])


def stated(host: FileHost, table: str, template: str, values: Mapping[str, Cells]) -> None:
    """Type what is stated about the indicators of one template."""
    typed(host, table, lambda row: values.get(str(row["kpi"]), {}) if row["template"] == template else {})


def judged(host: FileHost, template: str, judgements: Mapping[tuple[str, str], str], expert: str = "") -> None:
    """Choose steps of Saaty's scale for pairs of one template."""

    def change(row: Cells) -> Cells:
        step = judgements.get((str(row["row"]), str(row["column"]))) if row["template"] == template else None
        return {} if step is None else {"value": step, **({"expert": expert} if expert else {})}

    typed(host, "tblJudgements", change)


def chosen(host: FileHost, template: str, **cells: Scalar) -> None:
    """Choose how one template is weighed."""
    typed(host, "tblWeighing", lambda row: cells if row["template"] == template else {})


def appended(host: FileHost, table: str, rows: Sequence[Cells]) -> None:
    """Type rows below the filled ones."""
    grid = host.tables()[table]
    places = positions(TABLES[table], grid, [])
    first = max((i for i, row in enumerate(grid.rows) if any(c not in (None, "") for c in row)), default=-1) + 1
    cells = [
        CellOut(grid.row + 1 + first + index, grid.column + places[column], value)
        for index, row in enumerate(rows)
        for column, value in row.items()
    ]
    host.write([], [Patch(table, tuple(cells), max(grid.declared, first + len(rows)))])


def with_goals(host: FileHost, template: str) -> None:
    """战略目标 with the worked map of four indicators."""
    links = [
        {"goal": goal, "kpi": kpi, "strength": float(strength)}
        for goal, line in zip(GOALS, RELATION, strict=True)
        for kpi, strength in zip(TEMPLATES[template], line, strict=True)
    ]
    goals = [{"goal": goal, "weight": weight} for goal, weight in GOALS.items()]
    add_sheet(host, "goals", content={"tblGoals": goals, "tblGoalLinks": links})


def found(receipt: Receipt, template: str) -> Mapping[str, object]:
    """What a receipt says of one template."""
    templates: Sequence[Mapping[str, object]] = receipt.facts["templates"]  # type: ignore[assignment]
    return next(each for each in templates if each["template"] == template)


def method(receipt: Receipt, template: str, name: str) -> Mapping[str, object]:
    """What it says of one method."""
    methods: Mapping[str, Mapping[str, object]] = found(receipt, template)["methods"]  # type: ignore[assignment]
    return methods[name]


def weights(receipt: Receipt, template: str, name: str) -> list[float]:
    """The weights of one method, in the order of the card."""
    by_kpi: Mapping[str, float] = method(receipt, template, name)["weights"]  # type: ignore[assignment]
    return list(by_kpi.values())


def measures(receipt: Receipt, template: str, name: str) -> Mapping[str, float]:
    """The figures of one method, the last of each name."""
    listed: Sequence[Mapping[str, object]] = method(receipt, template, name)["measures"]  # type: ignore[assignment]
    return {str(each["name"]): float(each["found"]) for each in listed}  # type: ignore[arg-type]


def codes(receipt: Receipt, template: str, name: str) -> list[str]:
    """The codes of what a method has to say."""
    listed: Sequence[Mapping[str, object]] = method(receipt, template, name)["problems"]  # type: ignore[assignment]
    return [str(each["code"]) for each in listed]
