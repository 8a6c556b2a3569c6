"""Staged text to typed canonical columns; every cell that cannot be read is noted, and so is what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow

from kpi_xl.facts.raw.headings import Heading, Headings
from kpi_xl.facts.raw.layouts import Field
from kpi_xl.facts.raw.sources import Severity
from kpi_xl.facts.raw.spellings import MOST, Meant, Reading, bare, meant, plain
from kpi_xl.facts.raw.store import Store, columns_of, quoted, text
from kpi_xl.facts.raw.work import Work

_WARNINGS: Mapping[str, tuple[Severity, str]] = {
    "ASSUMED_YEAR": ("FIXED", "converted"), "ASSUMED_CENTURY": ("FIXED", "converted"),
    "SPACED_DIGITS": ("FIXED", "converted"), "FOREIGN_CURRENCY": ("WARN", "kept"),
}  # fmt: skip
"""What is taken for granted in reading a cell, and what that makes of its row."""
_CHUNK = 200_000


@dataclass(frozen=True, slots=True)
class _Column:
    """One canonical column of the stage, with its spellings read."""

    field: Field
    cell: str  # column of the stage
    plain: str  # SQL of what a plain spelling means
    scale: float  # of spellings without a unit of their own
    spelled: str = ""  # table of the other spellings, or ""
    codes: frozenset[str] = frozenset()  # of those that are not simply right

    @property
    def value(self) -> str:
        """SQL of the typed value; a spelling that was read closely is looked up and not read again."""
        if self.field.type == "integer":
            return f"TRY_CAST({self._value} AS BIGINT)"
        return self._value

    @property
    def _value(self) -> str:
        simple = bare(self.field, f"stage.{self.cell}")
        scaled = f"({simple}) * {self.scale!r}" if self.scale != 1.0 else simple
        if not self.spelled:
            return scaled
        closer = f"{self.spelled}.value"
        if self.scale != 1.0:
            closer = f"CASE WHEN {self.spelled}.own THEN {closer} ELSE {closer} * {self.scale!r} END"
        return f"CASE WHEN {self.spelled}.spelling IS NULL THEN {scaled} ELSE {closer} END"


def to_typed(work: Work, part: int, headings: Headings, uses_1904: bool) -> None:
    """Add the rows of `stage` to the table `typed`, and to `findings` what was wrong with their cells."""
    kinds = columns_of(work.store, "stage")
    found = [_unread(work, heading, kinds[f"c{heading.column}"]) for heading in headings.columns]
    for at in _doubtful(work.store, found):
        reading = Reading(found[at].field, work.source, work.settings, uses_1904, work.layout.name)
        found[at] = _spelled(work.store, found[at], reading)
    known = [bool(heading.field) for heading in headings.columns]
    columns = [_percent(work, part, column) for column, is_known in zip(found, known, strict=True) if is_known]
    extra = [column for column, is_known in zip(found, known, strict=True) if not is_known]
    for column in columns:
        _note(work, part, column)
    for heading in headings.columns:
        if heading.is_doubtful:
            work.note(
                "FINISH_NOT_SIGN", "WARN", "kept", f"SELECT {part}, NULL, {text(heading.field)}, {text(heading.text)}"
            )
    _make_room(work.store, [column.field.name for column in extra])
    chosen = [f"{part} AS part", "src_row"]
    chosen += [f"{_zoned(column, work)} AS {quoted(column.field.name)}" for column in (*columns, *extra)]
    joins = [f"LEFT JOIN {column.spelled} ON {column.spelled}.spelling = stage.{column.cell}"
             for column in (*columns, *extra) if column.spelled]  # fmt: skip
    work.store.run(f"INSERT INTO typed BY NAME SELECT {', '.join(chosen)} FROM stage {' '.join(joins)}")


def new_typed(work: Work) -> None:
    """An empty table `typed`: part, src_row and the canonical columns."""
    declared = ", ".join(f"{quoted(field.name)} {field.sql_type}" for field in work.layout.fields)
    work.store.run(f"CREATE OR REPLACE TEMP TABLE typed (part INTEGER, src_row BIGINT, {declared})")


def _make_room(store: Store, extra: Iterable[str]) -> None:
    present = {name.casefold() for name in columns_of(store, "typed")}
    for name in extra:
        if name.casefold() not in present:
            store.run(f"ALTER TABLE typed ADD COLUMN {quoted(name)} VARCHAR")
            present.add(name.casefold())


def _unread(work: Work, heading: Heading, kind: str) -> _Column:
    """A column before its spellings are read; one that the layout does not have is text, to meet its like elsewhere."""
    field = work.layout.field(heading.field) or Field(heading.text, "text", "", "", ())
    cell = f"c{heading.column}"
    read = plain if kind == "VARCHAR" else bare
    return _Column(field, cell, read(field, f"stage.{cell}"), heading.scale)


def _doubtful(store: Store, columns: Sequence[_Column]) -> list[int]:
    """Places of the columns in which other than plain spellings stand."""
    tests = (f"count(*) FILTER ({column.cell} IS NOT NULL AND ({column.plain}) IS NULL)" for column in columns)
    counts = store.rows(f"SELECT {', '.join(tests)} FROM stage")[0] if columns else ()
    return [at for at, count in enumerate(counts) if count]


def _spelled(store: Store, column: _Column, reading: Reading) -> _Column:
    """The column with each spelling that is not plain read once, in a table of its own."""
    cell = column.cell
    spellings = [str(row[0]) for row in store.rows(
        f"SELECT DISTINCT {cell} FROM stage WHERE {cell} IS NOT NULL AND ({column.plain}) IS NULL")]  # fmt: skip
    name, codes = f"spelled_{cell}", set[str]()
    for start in range(0, len(spellings), _CHUNK):
        found = meant(spellings[start : start + _CHUNK], reading)
        codes |= {each.code for each in found}.union(*(each.warnings for each in found))
        store.connection.register("found", _table(found, reading.field))
        made = "INSERT INTO {} " if start else "CREATE OR REPLACE TEMP TABLE {} AS "
        store.run(f"{made.format(name)} SELECT * FROM found")
        store.connection.unregister("found")
    return replace(column, spelled=name, codes=frozenset(codes - {"OK", "MISSING"}))


def _value_type(field: Field) -> str:
    return "DOUBLE" if field.type == "integer" else field.sql_type


def _table(found: Sequence[Meant], field: Field) -> pyarrow.Table:
    kinds = {"DOUBLE": pyarrow.float64(), "BOOLEAN": pyarrow.bool_(), "TIMESTAMP": pyarrow.timestamp("us"),
             "DATE": pyarrow.date32(), "VARCHAR": pyarrow.string()}  # fmt: skip
    return pyarrow.table(
        {
            "spelling": pyarrow.array([each.spelling for each in found], pyarrow.string()),
            "value": pyarrow.array([each.value for each in found], kinds[_value_type(field)]),
            "code": pyarrow.array([each.code for each in found], pyarrow.string()),
            "warnings": pyarrow.array([list(each.warnings) for each in found], pyarrow.list_(pyarrow.string())),
            "own": pyarrow.array([each.own for each in found], pyarrow.bool_()),
        }
    )


def _note(work: Work, part: int, column: _Column) -> None:
    name = text(column.field.name)
    rows = f"SELECT {part}, src_row, {name}, {column.cell}"
    if column.field.type == "integer":
        number = f"({column.plain})"
        work.note("BAD_NUMBER", "REJECT", "dropped",
                  f"{rows} FROM stage WHERE {number} <> trunc({number}) OR abs({number}) >= {MOST!r}")  # fmt: skip
    joined = f"FROM stage JOIN {column.spelled} AS spelled ON spelled.spelling = stage.{column.cell}"
    for code in sorted(column.codes & _WARNINGS.keys()):
        work.note(code, *_WARNINGS[code], f"{rows} {joined} WHERE list_contains(warnings, {text(code)})")
    for code in sorted(column.codes - _WARNINGS.keys()):
        work.note(code, "REJECT", "dropped", f"{rows} {joined} WHERE code = {text(code)}")


def _percent(work: Work, part: int, column: _Column) -> _Column:
    """A column of shares that are written as percentages without the sign is divided by 100, whole or not at all."""
    if column.field.type != "fraction" or column.scale != 1.0:
        return column
    name = f"{work.layout.name}.{column.field.name}"
    unit = work.settings.rate_units.get(name, "auto")
    if unit == "auto":
        closer = f"CASE WHEN NOT {column.spelled}.own THEN {column.spelled}.value END" if column.spelled else "NULL"
        join = f"LEFT JOIN {column.spelled} ON spelling = stage.{column.cell}" if column.spelled else ""
        top = work.store.rows(f"SELECT max(coalesce({column.plain}, {closer})) FROM stage {join}")[0][0]
        if not isinstance(top, float) or not 1.5 < top <= 100:
            return column
        work.note("RATE_UNIT_AUTO", "FIXED", "converted", f"SELECT {part}, NULL, {text(column.field.name)}, {top!r}")
        unit = "percent"
    return replace(column, scale=0.01 if unit == "percent" else 1.0)


def _zoned(column: _Column, work: Work) -> str:
    """Times of another time zone in ours, before the day is cut; a moment may name its own."""
    if column.field.type != "time":
        return column.value
    here = text(work.settings.time_zone)
    there = text(work.source.time_zone or work.settings.time_zone)
    moved = column.value if there == here else f"timezone({here}, timezone({there}, {column.value}))"
    if not column.spelled:
        return moved
    own = f"timezone({here}, timezone('UTC', {column.spelled}.value))"
    return f"CASE WHEN {column.spelled}.own THEN {own} ELSE {moved} END"
