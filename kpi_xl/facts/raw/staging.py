"""A sheet of cells to rows below known headings: no blank rows, no totals, merged dimensions filled down."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence

import duckdb
import pyarrow

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.headings import ROWS_TO_LOOK_AT, Headings
from kpi_xl.facts.raw.parts import Merge, Part, Scan
from kpi_xl.facts.raw.store import Store, columns_of, quoted, text

_SPACE = r"[\s\x{a0}\x{3000}\x{200b}\x{feff}]*"
_TOTAL = (
    f"(?i){_SPACE}(?:合计|小计|总计|共计|累计|汇总|均值|平均|平均值|平均数|总数|本页小计|本页合计|"
    f"total|totals|subtotal|sub-total|grand total|sum|average|avg|mean){_SPACE}[:：]?{_SPACE}"
)
_TOTAL_OF = "(?i)(?:.*(?:小计|合计|总计|[ _-]total|[ _-]subtotal|[ _-]average)|(?:合计|小计|总计)[:：\\s(（].*)"
_FOOTNOTE = (
    "(?i)(?:注[:：1-9一二三]|备注[:：]|说明[:：]|数据来源|来源[:：]|导出时间|导出[:：]|制表|统计口径|打印|※|\\*|"
    "notes?[:：]|source[:：]|exported|generated|printed)[\\s\\S]*"
)
_CODE = "[A-Za-z]{0,4}[0-9](?:[0-9A-Za-z_-]*[0-9])?"
"""What begins and ends like a code is no total and no note: most rows need no closer look."""
_LEAD = "trim(lead, ' \u3000')"
_LONG = "[0-9]{16,}"


def stage(store: Store, part: Part | Scan) -> list[str]:
    """Fill the table `stage` with the cells of a part, and tell its columns.

    The table has `src_row`, the number of the row in the file from 1, and a text column for every column of the sheet.
    """
    if isinstance(part, Scan):
        return _stage_scan(store, part)
    row, width = part.first_row, 0
    for batch in part.batches():
        if not width:
            names = ", ".join(f"{name} VARCHAR" for name in batch.schema.names)
            store.run(f"CREATE OR REPLACE TEMP TABLE stage (src_row BIGINT, {names})")
        for at in range(width, batch.num_columns) if width else ():
            store.run(f"ALTER TABLE stage ADD COLUMN c{at} VARCHAR")
        width = max(width, batch.num_columns)
        _insert(store, row, batch)
        row += batch.num_rows
    if row == part.first_row:
        raise WorkbookError("E-RAW-EMPTY", place=part.place)
    return [f"c{at}" for at in range(width)]


def scan_names(store: Store, part: Scan) -> list[str]:
    """Names of the columns of a relation, without where its rows are from."""
    try:
        return [name for name in columns_of(store, f"({part.sql})") if name not in ("src_file", "src_row")]
    except duckdb.Error as failure:
        raise WorkbookError("E-RAW-DAMAGED", place=part.place) from failure


def first_rows(store: Store, columns: Sequence[str], first_row: int) -> list[tuple[str | None, ...]]:
    """The rows in which a heading is looked for."""
    names = ", ".join(columns)
    last = first_row + ROWS_TO_LOOK_AT
    rows = store.rows(f"SELECT {names} FROM stage WHERE src_row <= {last} ORDER BY src_row")
    return [tuple(None if cell is None else str(cell) for cell in row) for row in rows]


def leave_rows(
    store: Store, columns: Sequence[str], headings: Headings, first_row: int, dimensions: Sequence[int]
) -> tuple[int, int]:
    """Leave only rows of data in `stage`, and set totals aside in the table `aside`.

    Parameters
    ----------
    dimensions : columns whose word for a total makes the row one, besides the first filled cell

    Returns
    -------
    read : int
        Rows below the heading.
    blank : int
        Those of them in which nothing stands.
    """
    if first_row + headings.first_row > 1:
        store.run(f"DELETE FROM stage WHERE src_row < {first_row + headings.first_row}")
    kinds = {column: kind for column, kind in columns_of(store, "stage").items() if column in columns}
    words = [column for column in columns if kinds[column] == "VARCHAR"]
    empty = " AND ".join(
        f"({column} IS NULL OR regexp_full_match({column}, '{_SPACE}'))" if column in words else f"{column} IS NULL"
        for column in columns
    )
    read, blank = store.rows(f"SELECT count(*), count(*) FILTER ({empty}) FROM stage")[0]
    if blank:
        store.run(f"DELETE FROM stage WHERE {empty}")
    named = [columns[at] for at in dimensions if columns[at] in words]
    tests = [*_totals(kinds, named), *_repetitions(words, headings)]
    cells = (f"nullif({column}, '')" if column in words else as_text(kind, column) for column, kind in kinds.items())
    store.run(
        f"CREATE OR REPLACE TEMP TABLE aside AS SELECT src_row, {_LEAD} AS lead FROM (SELECT *, "
        f"coalesce({', '.join(cells)}) AS lead FROM stage) WHERE {' OR '.join(tests)}"
    )
    if store.number("SELECT count(*) FROM aside"):
        store.run("DELETE FROM stage WHERE src_row IN (SELECT src_row FROM aside)")
    return int(str(read)), int(str(blank))


def as_text(kind: str, column: str) -> str:
    """SQL of a cell of a workbook as calamine spells it: at most nine decimals, milliseconds where there are any."""
    if kind == "DOUBLE":
        whole = f"CASE WHEN {column} = trunc({column}) THEN TRY_CAST({column} AS BIGINT)::VARCHAR END"
        return f"coalesce({whole}, round({column}, 9)::VARCHAR)"
    if kind == "TIMESTAMP":
        return f"replace(strftime({column}, '%Y-%m-%d %H:%M:%S.%g'), '.000', '')"
    return f"CAST({column} AS VARCHAR)"


def fill_down(store: Store, merges: Sequence[Merge], dimensions: Sequence[int], everywhere: bool) -> None:
    """Repeat the value of merged dimension cells in all their rows, or of every blank one."""
    for at in dimensions:
        spans = [(merge.first_row, merge.last_row) for merge in merges if merge.first_column == at]
        if everywhere:
            above = f"SELECT src_row, last_value(c{at} IGNORE NULLS) OVER (ORDER BY src_row) AS found FROM stage"
            store.run(f"UPDATE stage SET c{at} = found FROM ({above}) AS above "
                      f"WHERE above.src_row = stage.src_row AND c{at} IS NULL")  # fmt: skip
        elif spans:
            firsts, lasts = zip(*spans, strict=True)
            store.connection.register("spans", pyarrow.table({"first": firsts, "last": lasts}))
            top = f"SELECT first, last, c{at} AS found FROM spans JOIN stage ON src_row = first"
            store.run(f"UPDATE stage SET c{at} = found FROM ({top}) AS top "
                      f"WHERE src_row > first AND src_row <= last AND c{at} IS NULL")  # fmt: skip
            store.connection.unregister("spans")


def mark_long_numbers(store: Store, part: Part | Scan, columns: Sequence[int]) -> None:
    """Spell identifiers that a spreadsheet took for numbers with an exponent: their last digits are lost."""
    if isinstance(part, Scan) or part.numeric is None or not part.marks().may_have_long_numbers:
        return
    suspects = [at for at in columns if store.number(
        f"SELECT count(*) FROM (SELECT 1 FROM stage WHERE regexp_full_match(c{at}, '{_LONG}') LIMIT 1)")]  # fmt: skip
    if not suspects:
        return
    numbers = part.numeric(suspects)
    store.connection.register("numbers", numbered(numbers, numbers.schema.names, part.first_row))
    for at in suspects:
        store.run(f"UPDATE stage SET c{at} = printf('%.16e', CAST(stage.c{at} AS DOUBLE)) FROM numbers "
                  f"WHERE numbers.src_row = stage.src_row AND numbers.c{at} "
                  f"AND regexp_full_match(stage.c{at}, '{_LONG}')")  # fmt: skip
    store.connection.unregister("numbers")


def numbered(batch: pyarrow.RecordBatch | pyarrow.Table, names: Sequence[str], first: int) -> pyarrow.Table:
    """Rows with `src_row`, their numbers from `first` on."""
    # Arrow asks for pandas, which takes a quarter of a second to come, before it takes numbers from Python.
    numbers = array("q", range(first, first + batch.num_rows))
    rows = pyarrow.Array.from_buffers(pyarrow.int64(), len(numbers), [None, pyarrow.py_buffer(numbers)])
    return pyarrow.Table.from_arrays([rows, *batch.columns], names=["src_row", *names])


def _insert(store: Store, row: int, batch: pyarrow.RecordBatch) -> None:
    store.connection.register("batch", numbered(batch, batch.schema.names, row))
    store.run("INSERT INTO stage BY NAME SELECT * FROM batch")
    store.connection.unregister("batch")


def _stage_scan(store: Store, part: Scan) -> list[str]:
    names = scan_names(store, part)
    cells = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS c{at}" for at, name in enumerate(names))
    store.run(f"CREATE OR REPLACE TEMP TABLE stage AS SELECT src_row, {cells} FROM ({part.sql})")
    return [f"c{at}" for at in range(len(names))]


def _totals(columns: Collection[str], named: Sequence[str]) -> Iterator[str]:
    """Tests for a row of totals, or a note below the rows."""
    yield from (f"regexp_full_match({column}, {text(_TOTAL)})" for column in named)
    forms = [f"regexp_full_match({_LEAD}, {text(form)})" for form in (_TOTAL, _TOTAL_OF)]
    count = " + ".join(f"({column} IS NOT NULL)::INT" for column in columns)
    forms.append(f"(regexp_full_match({_LEAD}, {text(_FOOTNOTE)}) AND {count} <= {max(len(columns) // 2, 1)})")
    yield f"(NOT regexp_full_match(lead, '{_CODE}') AND ({' OR '.join(forms)}))"


def _repetitions(words: Sequence[str], headings: Headings) -> Iterator[str]:
    """Tests for a heading that stands again among the rows."""
    for row in headings.rows:
        filled = [(f"c{at}", cell) for at, cell in enumerate(row) if cell]
        alike = [f"coalesce({column} = {text(cell)}, FALSE)::INT" for column, cell in filled if column in words]
        if len(filled) > 1 and alike:
            same = " + ".join(alike)
            yield f"({same}) >= {max(2, -(-len(filled) * 3 // 5))}"
