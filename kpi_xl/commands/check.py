"""check: everything wrong with a book, in one pass; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter

from kpi_xl.book.checks import check as check_inputs
from kpi_xl.book.checks import remarks_of
from kpi_xl.book.context import context_of
from kpi_xl.book.plan_rules import Plan
from kpi_xl.book.read import read_inputs
from kpi_xl.commands.raw_figures import with_raw
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang, lang_of
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.issue import Issue


@dataclass(frozen=True, slots=True)
class Checked:
    """A book as read and checked."""

    grids: Mapping[str, TableGrid]
    inputs: Inputs
    issues: tuple[Issue, ...]
    plan: Plan | None = None            # every row of every card, when the tables could be read

    @property
    def remarks(self) -> Mapping[str, int]:
        """What is odd about the plan as a whole, by line of 检查."""
        return remarks_of(self.issues)

    @property
    def lang(self) -> Lang:
        """The book's own language."""
        return lang_of(self.inputs.settings.lang)


def read_and_check(host: WorkbookHost) -> Checked:
    """Tables, inputs and issues of a book; checks run only when its tables can be read."""
    grids = host.tables()
    reading = with_raw(host, grids, read_inputs(grids))
    if not reading.is_whole:
        return Checked(grids, reading.inputs, in_order(reading.issues))
    context = context_of(reading, grids)
    found = check_inputs(reading, grids, context)
    return Checked(grids, reading.inputs, in_order((*reading.issues, *found)), context.plan)


def check(host: WorkbookHost) -> Receipt:
    """List everything wrong with the book."""
    start = perf_counter()
    checked = read_and_check(host)
    issues = in_order((*checked.issues, *_planning(checked)))
    counts = {severity: sum(i.severity == severity for i in issues) for severity in ("error", "warn", "info")}
    facts = {"period": str(checked.inputs.settings.period), "counts": counts}
    return Receipt("check", host.name, issues, facts, seconds=perf_counter() - start)


def _planning(checked: Checked) -> Iterable[Issue]:
    """What is wrong with goals and changes of targets: no score rests on them, so scoring does not wait for them."""
    if checked.plan is None:
        return ()
    from kpi_xl.book.targeting.checks import planning_issues  # scoring never needs the room of targets

    return planning_issues(checked.grids, checked.inputs)
