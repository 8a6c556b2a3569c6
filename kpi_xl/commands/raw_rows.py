"""The raw rows that a fact is made of, each with its file, sheet and row number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kpi_xl.book.raw_sheets.register import read_register
from kpi_xl.commands.raw_facts import write_csv
from kpi_xl.commands.raw_figures import company_of, cut_off, measures_of, windows
from kpi_xl.commands.raw_sources import load_settings, opened
from kpi_xl.errors import WorkbookError
from kpi_xl.facts.typed import Fact
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Inputs

COLUMNS = ("kpi", "period", "subject", "side", "table", "file", "sheet", "row", "value")


def write_rows(
    host: WorkbookHost, grids: Mapping[str, TableGrid], inputs: Inputs, facts: Sequence[Fact], path: Path
) -> int:
    """Write the rows of some facts to a CSV file; the answer is how many there are.

    Raises
    ------
    WorkbookError
        ``E-BOOK-ACCESS``: the file cannot be written; ``E-RAW-…``: the sources cannot be had.
    """
    from kpi_xl.facts.engines.compute import rows

    found: list[Sequence[object]] = []
    spans, moment = windows(inputs.settings.period), cut_off(inputs)
    with opened(host, read_register(grids, []), load_settings(inputs)) as raw:
        library = measures_of(raw, grids, inputs, [])
        known = {each.kpi: each for each in library}
        if raw.engine is None:
            issue = raw.issues[0]
            raise WorkbookError(issue.code, **issue.args)
        for fact in facts:
            if fact.kpi not in known:
                continue
            measure, span = known[fact.kpi], spans[fact.period]
            lines = rows(raw.engine, measure, span, fact.subject, cut_off=moment, library=library)
            if not lines and fact.subject == company_of(inputs):
                lines = rows(raw.engine, measure, span, cut_off=moment, library=library)
            named = fact.kpi, fact.period, fact.subject
            found += ((*named, one.side, one.table, one.file, one.sheet, one.row, one.value) for one in lines)
    write_csv(path, COLUMNS, found)
    return len(found)
