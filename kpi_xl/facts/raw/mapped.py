"""A mapping at work: the staged rows of an export, and what they look up, to rows with canonical headings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.headings import OWN, Heading, Headings
from kpi_xl.facts.raw.layouts import TRACE, folded
from kpi_xl.facts.raw.mappings import Lookup, TableMapping, derive
from kpi_xl.facts.raw.store import Store, quoted, text


def wanted_row(
    rows: Sequence[Sequence[str | None]], names: Iterable[str], key: Iterable[Sequence[str]], place: str
) -> Headings:
    """Heading row of an export, by the columns that a mapping asks for.

    Parameters
    ----------
    names : columns that are asked for
    key : for every part of the key, the columns of which one at least must be there

    Raises
    ------
    WorkbookError
        ``E-RAW-COLUMN``: a column that is asked for is not there.
    """
    asked = {folded(name.rstrip("?")): name for name in names}
    hits = [len({folded(cell) for cell in row if cell} & set(asked)) for row in rows]
    at = max(range(len(rows)), key=hits.__getitem__, default=0)
    row = rows[at] if rows else ()
    present = {folded(cell) for cell in row if cell}
    missing = [name for key, name in asked.items() if key not in present and not name.endswith("?")]
    missing += [
        "/".join(one_of) for one_of in key if one_of and not {folded(name.rstrip("?")) for name in one_of} & present
    ]
    if missing:
        raise WorkbookError("E-RAW-COLUMN", place=place, wanted=", ".join(missing), found=", ".join(filter(None, row)))
    columns = tuple(
        Heading(" ".join(cell.split()), place_, "") for place_, cell in enumerate(row) if cell and cell.strip()
    )
    return Headings(columns, at + 1, (tuple(row),))


def keep_lookup(store: Store, lookup: Lookup, names: Iterable[str], headings: Headings) -> None:
    """Make the table `look_<name>` of `stage`: one row for each key."""
    cells = _cells(headings)
    firsts = [(name, cells.get(folded(name.rstrip("?")), "NULL")) for name in names]
    chosen = [f"{_first(cell)} AS {quoted(name)}" for name, cell in firsts if name not in lookup.sums]
    chosen += [f"{_sum(cells[folded(column)])} AS {quoted(name)}" for name, column in lookup.sums.items()]
    key = cells[folded(lookup.key)]
    store.run(
        f"CREATE OR REPLACE TEMP TABLE {_table_of(lookup)} AS SELECT {key} AS found_by, {', '.join(chosen)} "
        f"FROM stage WHERE {key} IS NOT NULL GROUP BY {key}"
    )


def apply(store: Store, mapping: TableMapping, headings: Headings) -> tuple[Headings, int]:
    """Put rows with the mapping's columns into `stage` in place of the export's own.

    Returns
    -------
    Headings
        What the new columns are.
    int
        How many lines went into the rows of others, where many lines make one row.
    """
    lines = store.number("SELECT count(*) FROM stage")
    cells = _grouped(store, mapping, headings) if mapping.one_per else _cells(headings)
    merged = lines - store.number("SELECT count(*) FROM stage")
    known: dict[str, str] = {name: f"stage.{cell}" for name, cell in cells.items()}

    def resolve(name: str) -> str:
        group, _, column = name.partition(".")
        if group in [lookup.name for lookup in mapping.lookups]:
            return f"{quoted(f'look_{group}')}.{quoted(column)}"
        return known.get(folded(name.rstrip("?")), "NULL")

    fields = list(mapping.columns)
    used = {folded(name.rstrip("?")) for name in mapping.names()}
    extra = [heading for heading in headings.columns if folded(heading.text) not in used and not mapping.one_per]
    chosen = ["src_row"] + [f"{derive(mapping.columns[field], resolve)} AS c{at}" for at, field in enumerate(fields)]
    chosen += [f"stage.c{heading.column} AS c{len(fields) + at}" for at, heading in enumerate(extra)]
    joins = [f"LEFT JOIN {_table_of(lookup)} ON {_table_of(lookup)}.found_by = {resolve(lookup.on)}"
             for lookup in mapping.lookups]  # fmt: skip
    store.run(f"CREATE OR REPLACE TEMP TABLE mapped AS SELECT {', '.join(chosen)} FROM stage {' '.join(joins)}")
    store.run("DROP TABLE stage")
    store.run("ALTER TABLE mapped RENAME TO stage")
    columns = [Heading(field, at, field) for at, field in enumerate(fields)]
    taken = {name.casefold() for name in (*fields, *TRACE, *OWN)}
    columns += [Heading(each.text if each.text.casefold() not in taken else f"{each.text}.{each.column + 1}",
                        len(fields) + at, "") for at, each in enumerate(extra)]  # fmt: skip
    return Headings(tuple(columns), headings.first_row, headings.rows), merged


def _grouped(store: Store, mapping: TableMapping, headings: Headings) -> Mapping[str, str]:
    """Put one row for each value of a column into `stage`; sums are columns named ``sum.<name>``."""
    cells = _cells(headings)
    key = cells[folded(mapping.one_per)]
    sums = {folded(f"sum.{name}"): cells[folded(column)] for name, column in mapping.sums.items()}
    chosen = [f"{_first(cell)} AS {cell}" for cell in cells.values()]
    chosen += [f"{_sum(cell)} AS s{at}" for at, cell in enumerate(sums.values())]
    store.run(f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT min(src_row) AS src_row, {', '.join(chosen)} "
              f"FROM stage GROUP BY coalesce({key}, 'row ' || src_row)")  # fmt: skip
    store.run("DROP TABLE stage")
    store.run("ALTER TABLE grouped RENAME TO stage")
    return cells | {name: f"s{at}" for at, name in enumerate(sums)}


def _table_of(lookup: Lookup) -> str:
    return quoted(f"look_{lookup.name}")


def _cells(headings: Headings) -> dict[str, str]:
    return {folded(heading.text): f"c{heading.column}" for heading in headings.columns}


def _first(cell: str) -> str:
    return f"arg_min({cell}, src_row)" if cell != "NULL" else "NULL"


def _sum(cell: str) -> str:
    """Exact sum as text; where one of the cells is no plain number, that cell, so that it is refused."""
    number = f"TRY_CAST({cell} AS DECIMAL(28, 10))"
    return (f"CASE WHEN count({cell}) = count({number}) THEN CAST(sum({number}) AS VARCHAR) "
            f"ELSE max({cell}) FILTER ({number} IS NULL) || {text('')} END")  # fmt: skip
