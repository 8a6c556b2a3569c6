"""Rows read are rows accepted, rejected, twice there, totals, or blank: no row is ever lost."""

from __future__ import annotations

from kpi_xl.errors import MethodError
from kpi_xl.facts.raw.store import quoted, text
from kpi_xl.facts.raw.work import Work


def write_counts(work: Work) -> None:
    """Write what became of the rows of every part, and the findings with their files.

    Raises
    ------
    MethodError
        ``E-RAW-LOST``: the counts do not add up, which is a defect of this program.
    """
    table, load = text(work.layout.name), work.load_id
    work.store.run(
        f'INSERT INTO counts SELECT {load}, {table}, file, sheet, "read", '
        f"(SELECT count(*) FROM {quoted(work.layout.name)} WHERE src_load = {load} AND src_file = file "
        "AND src_sheet = sheet), "
        f"{_fallen('rejected')}, {_fallen('duplicate')}, "
        "(SELECT count(*) FROM findings WHERE findings.part = parts.part AND code = 'SUBTOTAL'), blank FROM parts"
    )
    work.store.run(
        f'INSERT INTO rejects SELECT {load}, {table}, file, sheet, src_row, "column", raw_value, code, severity, '
        "action FROM findings JOIN parts USING (part) ORDER BY part, src_row"
    )
    lost = work.store.rows(
        'SELECT file, sheet, "read", accepted + rejected + duplicates + subtotals + blank FROM counts '
        f'WHERE load_id = {load} AND "read" <> accepted + rejected + duplicates + subtotals + blank'
    )
    for file, sheet, read, found in lost:
        raise MethodError("E-RAW-LOST", place=f"{file}!{sheet}", found=found, wanted=read)


def _fallen(why: str) -> str:
    return f"(SELECT count(*) FROM fallen WHERE fallen.part = parts.part AND why = {text(why)})"
