"""Parquet files whose columns have the right types already: looked at where they lie, never copied."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_xl.facts.raw.currency import is_base_only
from kpi_xl.facts.raw.headings import Heading, named
from kpi_xl.facts.raw.layouts import Field
from kpi_xl.facts.raw.parts import Part, Scan
from kpi_xl.facts.raw.references import excluded, unit_of
from kpi_xl.facts.raw.staging import scan_names
from kpi_xl.facts.raw.store import columns_of, quoted, text
from kpi_xl.facts.raw.work import Work

_NUMBERS = (
    "DOUBLE",
    "FLOAT",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_GOOD_PERIOD = "[0-9]{4}(?:-(?:0[1-9]|1[0-2])|Q[1-4]|H[12])?"


def viewed(work: Work, parts: Sequence[Part | Scan]) -> frozenset[str] | None:
    """Make `typed` a view on the files; None when a column of theirs must be read more closely.

    Returns
    -------
    frozenset of str or None
        Canonical columns that the files have.
    """
    selects, fields = [], set[str]()
    for number, part in enumerate(parts):
        if not isinstance(part, Scan):
            return None
        headings = named(scan_names(work.store, part), work.layout, work.settings).columns
        if not _fits(work, part, headings):
            return None
        found = {heading.field for heading in headings if heading.field}
        chosen = [_chosen(work, heading) for heading in headings]
        chosen += [
            f"NULL::{field.sql_type} AS {quoted(field.name)}" for field in work.layout.fields if field.name not in found
        ]
        selects.append(f"SELECT {number} AS part, src_file, src_row, {', '.join(chosen)} FROM ({part.sql})")
        work.store.run(f"INSERT INTO parts SELECT {number}, {text(part.file)}, '', count(*), 0 FROM ({part.sql})")
        fields |= found
    work.store.run(f"CREATE TEMP VIEW typed AS {' UNION ALL BY NAME '.join(selects)}")
    if "currency" in fields and not is_base_only(work):
        work.store.run("DROP VIEW typed")
        work.store.run("DELETE FROM parts")
        return None
    return frozenset(fields)


def keep_scan(work: Work, fields: frozenset[str]) -> None:
    """Show the rows of `typed` that are not fallen in the canonical table."""
    store, load = work.store, work.load_id
    ((body,),) = store.rows("SELECT sql FROM duckdb_views() WHERE view_name = 'typed' AND temporary")
    body = str(body).partition(" AS ")[2].strip().rstrip(";")
    store.run(f"INSERT INTO scan_dropped SELECT {load}, part, src_row, {load} FROM fallen")
    names = [name for name in columns_of(store, "typed") if name not in ("part", "src_file", "src_row")]
    unit = unit_of(work, fields)
    chosen = [quoted(name) for name in names if not (unit and name == work.layout.unit)] + ([unit] if unit else [])
    chosen += [
        f"{load}::BIGINT AS src_load",
        "src_file",
        "''::VARCHAR AS src_sheet",
        "src_row",
        f"{excluded(work)} AS excluded",
    ]
    scan = (f"SELECT {', '.join(chosen)} FROM (({body}) AS files ANTI JOIN (SELECT part, src_row FROM scan_dropped "
            f"WHERE load_id = {load}) AS dropped USING (part, src_row)) AS live")  # fmt: skip
    store.run("INSERT INTO parquet_scans VALUES (?, ?, ?, ?)", [load, work.layout.name, scan, body])
    store.run("DROP VIEW typed")


def _fits(work: Work, part: Scan, headings: Sequence[Heading]) -> bool:
    kinds = columns_of(work.store, f"({part.sql})")
    names = {" ".join(name.split()): name for name in kinds}
    mapped = [heading.field for heading in headings if heading.field]
    if len(set(mapped)) < len(mapped) or not set(work.layout.key) - set(work.layout.loose_key) <= set(mapped):
        return False
    return all(
        heading.text in names and heading.scale == 1.0
        and (field is None or _is_typed(work, part, field, kinds[names[heading.text]], names[heading.text]))
        for heading in headings
        for field in (work.layout.field(heading.field),)
    )  # fmt: skip


def _is_typed(work: Work, part: Scan, field: Field, kind: str, name: str) -> bool:
    match field.type:
        case "id" | "text":
            return kind == "VARCHAR"
        case "time":
            return kind in ("TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP_S")
        case "date" | "bool":
            return kind == field.sql_type
        case "number":
            return kind in _NUMBERS or kind.startswith("DECIMAL")
        case "integer":
            return kind in _NUMBERS[2:]
        case "fraction":
            return kind in _NUMBERS[:2] and not _any(work, part, f"{quoted(name)} > 1.5")
        case "period":
            return kind == "VARCHAR" and not _any(
                work, part, f"NOT regexp_full_match({quoted(name)}, '{_GOOD_PERIOD}')"
            )
        case _:
            codes = ", ".join(map(text, field.values))
            return kind == "VARCHAR" and not _any(work, part, f"{quoted(name)} NOT IN ({codes})")


def _any(work: Work, part: Scan, test: str) -> bool:
    return bool(work.store.number(f"SELECT count(*) FROM (SELECT 1 FROM ({part.sql}) WHERE {test} LIMIT 1)"))


def _chosen(work: Work, heading: Heading) -> str:
    field = work.layout.field(heading.field)
    name = quoted(heading.text)
    if field is None:
        return f"CAST({name} AS VARCHAR) AS {name}"
    value = f"CAST({name} AS {field.sql_type})"
    there, here = work.source.time_zone, work.settings.time_zone
    if field.type == "time" and there and there != here:
        value = f"timezone({text(here)}, timezone({text(there)}, {value}))"
    return f"{value} AS {quoted(field.name)}"
