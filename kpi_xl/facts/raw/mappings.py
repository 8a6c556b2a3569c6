"""Mappings of a foreign export to canonical tables: data, one small file each, with a few safe ways to derive."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.layouts import layouts
from kpi_xl.facts.raw.store import text

Derived: TypeAlias = "str | Mapping[str, Any]"
"""A column of the export by name ("?" at its end: if it is there), or one operation on such."""
Resolve: TypeAlias = "Callable[[str], str]"
"""SQL of a column of the export."""

_EXACT = "DECIMAL(28, 10)"


@dataclass(frozen=True, slots=True)
class Lookup:
    """Another sheet or file of the export, one row for each value of `key`, found by the column `on`."""

    name: str
    origin: str
    on: str
    key: str
    sums: Mapping[str, str]  # name -> column that is summed; other columns give their first value


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one sheet or file of an export becomes rows of a canonical table."""

    table: str
    origin: str  # file or sheet it is made from, with * for what varies
    one_per: str  # column of which each value makes one row, or "" for a row each
    sums: Mapping[str, str]
    lookups: tuple[Lookup, ...]
    columns: Mapping[str, Derived]
    time_zone: str
    day_first: bool | None

    def names(self) -> Iterator[str]:
        """Columns of the export itself that are asked for; those with "?" may be missing."""
        asked = [name for derived in self.columns.values() for name in _names(derived)]
        asked += [self.one_per, *self.sums.values(), *(lookup.on for lookup in self.lookups)]
        made = {"sum", *(lookup.name for lookup in self.lookups)}
        yield from dict.fromkeys(name for name in asked if name and name.partition(".")[0] not in made)

    def key_names(self) -> list[list[str]]:
        """For every part of the key, the columns it is made of, as far as they are the export's own."""
        layout, own = layouts()[self.table], set(self.names())
        parts = [name for name in layout.key if name not in layout.loose_key and name in self.columns]
        return [[name for name in _names(self.columns[part]) if name in own] for part in parts]

    def names_of(self, lookup: Lookup) -> Iterator[str]:
        """Columns that are asked of one of the other sheets."""
        asked = [name for derived in self.columns.values() for name in _names(derived)]
        asked += [other.on for other in self.lookups]
        own = [name.partition(".")[2] for name in asked if name.partition(".")[0] == lookup.name]
        yield from dict.fromkeys(
            (lookup.key, *(name for name in own if name not in lookup.sums), *lookup.sums.values())
        )


def matches(origin: str, name: str) -> bool:
    """Whether a file or sheet of this name is the one that a mapping is made from."""
    return fnmatchcase(name.casefold(), origin.casefold())


def shipped() -> tuple[str, ...]:
    """Names of the mappings that come with the program."""
    folder = files("kpi_xl.library").joinpath("mappings")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def mapping(name: str) -> tuple[TableMapping, ...]:
    """Tables of a mapping: a shipped one by name, or a file.

    Raises
    ------
    WorkbookError
        ``E-RAW-MAPPING``: there is none, or it says what no mapping can say.
    """
    try:
        if name in shipped():
            content = files("kpi_xl.library").joinpath("mappings", f"{name}.toml").read_text(encoding="utf-8")
        else:
            content = Path(name).read_text(encoding="utf-8")
        return tuple(_table(key, row) for key, row in tomllib.loads(content).items() if isinstance(row, dict))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as failure:
        reason = str(failure) or type(failure).__name__
        raise WorkbookError(
            "E-RAW-MAPPING", place=Path(name).name, reason=reason, wanted=", ".join(shipped())
        ) from failure


def derive(derived: Derived, resolve: Resolve) -> str:
    """SQL, of type text, of a derived column.

    >>> derive({"concat": ["a", {"value": "/"}, "b"]}, lambda name: f"x.{name}")
    "concat(x.a, '/', x.b)"
    """
    if isinstance(derived, str):
        return resolve(derived)
    ((operation, of),) = derived.items()
    if operation == "value":
        return text(str(of).lower() if isinstance(of, bool) else str(of))
    parts = of if isinstance(of, list) else [of]
    return _OPERATIONS[operation](parts, resolve)


def _names(derived: Derived) -> Iterator[str]:
    if isinstance(derived, str):
        yield derived
        return
    for operation, of in derived.items():
        if operation == "value":
            continue
        parts = of if isinstance(of, list) else [of]
        for part in parts[:1] if operation in ("in", "map") else parts:
            yield from _names(part)


def _table(key: str, row: Mapping[str, Any]) -> TableMapping:
    table = row.get("table", key)
    layout = layouts()[table]
    lookups = tuple(
        Lookup(name, each["from"], each["on"], each["key"], each.get("sums", {}))
        for name, each in row.get("lookups", {}).items()
    )
    for name, derived in row["columns"].items():
        if layout.field(name) is None:
            raise ValueError(f"{table}.{name}")
        derive(derived, text)
    return TableMapping(
        table, row["from"], row.get("one_per", ""), row.get("sums", {}), lookups, row["columns"],
        row.get("time_zone", ""), row.get("day_first"),
    )  # fmt: skip


def _all(parts: Sequence[Derived], resolve: Resolve) -> list[str]:
    return [derive(part, resolve) for part in parts]


def _coalesce(parts: Sequence[Derived], resolve: Resolve) -> str:
    return f"coalesce({', '.join(f'nullif(trim({part}), {text(str())})' for part in _all(parts, resolve))})"


def _concat(parts: Sequence[Derived], resolve: Resolve) -> str:
    return f"concat({', '.join(_all(parts, resolve))})"


def _lower(parts: Sequence[Derived], resolve: Resolve) -> str:
    return f"lower({derive(parts[0], resolve)})"


def _in(parts: Sequence[Any], resolve: Resolve) -> str:
    listed = ", ".join(text(str(word)) for word in parts[1])
    return f"CASE WHEN trim({derive(parts[0], resolve)}) IN ({listed}) THEN 'true' ELSE 'false' END"


def _equals(parts: Sequence[Derived], resolve: Resolve) -> str:
    left, right = _all(parts, resolve)
    return f"CASE WHEN {left} = {right} THEN 'true' ELSE 'false' END"


def _when(parts: Sequence[Derived], resolve: Resolve) -> str:
    test, then, otherwise = _all(parts, resolve)
    return f"CASE WHEN {test} = 'true' THEN {then} ELSE {otherwise} END"


def _map(parts: Sequence[Any], resolve: Resolve) -> str:
    cell = derive(parts[0], resolve)
    cases = " ".join(f"WHEN {text(str(word))} THEN {text(str(code))}" for word, code in parts[1].items())
    return f"CASE trim({cell}) {cases} ELSE {cell} END"


def _arithmetic(sign: str, kind: str) -> Callable[[Sequence[Derived], Resolve], str]:
    def calculated(parts: Sequence[Derived], resolve: Resolve) -> str:
        # What is no plain number is passed on as it stands, so that it is refused with what was written.
        cells = _all(parts, resolve)
        numbers = f" {sign} ".join(f"TRY_CAST({cell} AS {kind})" for cell in cells)
        written = " || ".join([cells[0], *(f"{text(f' {sign} ')} || {cell}" for cell in cells[1:])])
        return f"coalesce(CAST({numbers} AS VARCHAR), {written})"

    return calculated


_OPERATIONS: Mapping[str, Callable[[Sequence[Any], Resolve], str]] = {
    "coalesce": _coalesce, "concat": _concat, "lower": _lower, "in": _in, "equals": _equals, "when": _when, "map": _map,
    "add": _arithmetic("+", _EXACT), "subtract": _arithmetic("-", _EXACT),
    "multiply": _arithmetic("*", "DOUBLE"), "divide": _arithmetic("/", "DOUBLE"),
}  # fmt: skip
