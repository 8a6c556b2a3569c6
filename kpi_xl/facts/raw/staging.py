"""A sheet of cells to rows below known headings: no blank rows, no totals, merged dimensions filled down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.headings import ROWS_TO_LOOK_AT, Headings
from kpi_xl.facts.raw.parts import Merge, Part, Scan
from kpi_xl.facts.raw.store import Store, columns_of, quoted, text

_SPACE = r"[\s\x{a0}\x{3000}\x{200b}\x{feff}]*"
_APART = "\x1f"
_TOTAL = (
    f"(?i){_APART}{_SPACE}(?:合计|小计|总计|共计|累计|汇总|均值|平均|平均值|平均数|总数|本页小计|本页合计|"
    f"total|totals|subtotal|sub-total|grand total|sum|average|avg|mean){_SPACE}[:：]?{_SPACE}{_APART}"
)
_TOTAL_OF = "(?i)(?:.*(?:小计|合计|总计|[ _-]total|[ _-]subtotal|[ _-]average)|(?:合计|小计|总计)[:：\\s(（].*)"
_FOOTNOTE = (
    "(?i)(?:注[:：1-9一二三]|备注[:：]|说明[:：]|数据来源|来源[:：]|导出时间|导出[:：]|制表|统计口径|打印|※|\\*|"
    "notes?[:：]|source[:：]|exported|generated|printed)[\\s\\S]*"
)
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
    store.run(f"DELETE FROM stage WHERE src_row < {first_row + headings.first_row}")
    filled = f"regexp_full_match(concat({', '.join(columns)}), '{_SPACE}')"
    read = store.number("SELECT count(*) FROM stage")
    blank = store.number(f"SELECT count(*) FROM stage WHERE {filled}")
    if blank:
        store.run(f"DELETE FROM stage WHERE {filled}")
    lead = f"trim(coalesce({', '.join(f'nullif({column}, {text(str())})' for column in columns)}), ' \u3000')"
    count = " + ".join(f"({column} IS NOT NULL)::INT" for column in columns)
    named = ", ".join([lead, *(columns[at] for at in dimensions)])
    tests = [f"regexp_full_match({lead}, {text(_TOTAL_OF)})"]
    tests.append(f"regexp_matches(concat('{_APART}', concat_ws('{_APART}', {named}), '{_APART}'), {text(_TOTAL)})")
    tests.append(f"(regexp_full_match({lead}, {text(_FOOTNOTE)}) AND {count} <= {max(len(columns) // 2, 1)})")
    tests += list(_repetitions(columns, headings))
    store.run(
        f"CREATE OR REPLACE TEMP TABLE aside AS SELECT src_row, {lead} AS lead FROM stage WHERE {' OR '.join(tests)}"
    )
    if store.number("SELECT count(*) FROM aside"):
        store.run("DELETE FROM stage WHERE src_row IN (SELECT src_row FROM aside)")
    return read, blank


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
    if isinstance(part, Scan) or part.numeric is None:
        return
    suspects = [at for at in columns if store.number(
        f"SELECT count(*) FROM (SELECT 1 FROM stage WHERE regexp_full_match(c{at}, '{_LONG}') LIMIT 1)")]  # fmt: skip
    if not suspects:
        return
    numbers = part.numeric(suspects)
    rows = pyarrow.array(range(part.first_row, part.first_row + numbers.num_rows), pyarrow.int64())
    store.connection.register("numbers", numbers.append_column("row", rows))
    for at in suspects:
        store.run(f"UPDATE stage SET c{at} = printf('%.16e', CAST(stage.c{at} AS DOUBLE)) FROM numbers "
                  f"WHERE numbers.row = src_row AND numbers.c{at} "
                  f"AND regexp_full_match(stage.c{at}, '{_LONG}')")  # fmt: skip
    store.connection.unregister("numbers")


def _insert(store: Store, row: int, batch: pyarrow.RecordBatch) -> None:
    numbers = pyarrow.array(range(row, row + batch.num_rows), pyarrow.int64())
    names = ["src_row", *batch.schema.names]
    store.connection.register("batch", pyarrow.table([numbers, *batch.columns], names=names))
    store.run("INSERT INTO stage BY NAME SELECT * FROM batch")
    store.connection.unregister("batch")


def _stage_scan(store: Store, part: Scan) -> list[str]:
    names = scan_names(store, part)
    cells = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS c{at}" for at, name in enumerate(names))
    store.run(f"CREATE OR REPLACE TEMP TABLE stage AS SELECT src_row, {cells} FROM ({part.sql})")
    return [f"c{at}" for at in range(len(names))]


def _repetitions(columns: Sequence[str], headings: Headings) -> Iterator[str]:
    """Tests for a heading that stands again among the rows."""
    for row in headings.rows:
        filled = [(columns[at], cell) for at, cell in enumerate(row) if cell]
        if len(filled) > 1:
            same = " + ".join(f"coalesce({column} = {text(cell)}, FALSE)::INT" for column, cell in filled)
            yield f"({same}) >= {max(2, -(-len(filled) * 3 // 5))}"
