"""A store that mirrors its sources: built whole, kept in a file, and built again when a source is not what it was."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.loading import load
from kpi_xl.facts.raw.sources import LoadSettings, Source
from kpi_xl.facts.raw.store import Store, limited, open_store
from kpi_xl.model.issue import Issue

VERSION = 2
MEMORY = "4GB"
_NOTES = "CREATE TABLE IF NOT EXISTS mirror (mark VARCHAR, issues VARCHAR)"


def mirrored(
    path: Path | None, mark: str, sources: Sequence[Source], settings: LoadSettings
) -> tuple[Store | None, tuple[Issue, ...]]:
    """The store of some sources, from its file where that is still true, else loaded anew.

    The file is replaced in one step, and only by a store in which every source is: whoever is killed in between, or
    fails at a source, leaves the old one.

    Parameters
    ----------
    path : Path, optional
        File of the store; in memory without one, or where none can be written.
    mark : str
        What the sources look like now; the file says what they looked like when it was built.

    Returns
    -------
    store : Store, optional
        None where a source cannot be loaded.
    issues : tuple of Issue
        What loading found.
    """
    mark = f"{VERSION}:{mark}"
    old = _opened(path)
    if path is not None and old is not None:
        known = _note(old)
        if known is not None and known[0] == mark:
            return old, known[1]
    before = [] if old is None else old.rows("SELECT * FROM loads")
    if old is not None:
        old.close()
    return _built(path, mark, sources, settings, before)


def _built(
    path: Path | None, mark: str, sources: Sequence[Source], settings: LoadSettings, before: Sequence[Sequence[object]]
) -> tuple[Store | None, tuple[Issue, ...]]:
    """A new store in the place of the old; in memory where the disk takes none."""
    if path is not None:
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            _removed(part)
            return _on_disk(path, part, mark, sources, settings, before)
        except (duckdb.Error, OSError):
            pass
        except WorkbookError as failure:
            if failure.code != "E-RAW-STORE":
                raise
        finally:
            _removed(part)
    store = open_store(memory_limit=MEMORY)
    return _whole(store, _loaded(store, sources, settings, before))


def _on_disk(
    path: Path, part: Path, mark: str, sources: Sequence[Source], settings: LoadSettings,
    before: Sequence[Sequence[object]],
) -> tuple[Store | None, tuple[Issue, ...]]:  # fmt: skip
    store = open_store(part, MEMORY)
    try:
        found, issues = _whole(store, _loaded(store, sources, settings, before))
        if found is None:
            return None, issues
        store.run(_NOTES)
        store.run("INSERT INTO mirror VALUES (?, ?)", [mark, _packed(issues)])
    finally:
        store.close()
    os.replace(part, path)
    return Store(_to_read(path)), issues


def _whole(store: Store, issues: tuple[Issue, ...]) -> tuple[Store | None, tuple[Issue, ...]]:
    """No store where a source is missing from it."""
    if any(issue.severity == "error" for issue in issues):
        store.close()
        return None, issues
    return store, issues


def _loaded(
    store: Store, sources: Sequence[Source], settings: LoadSettings, before: Sequence[Sequence[object]]
) -> tuple[Issue, ...]:
    """Load, with the columns that each source had the last time in sight, so that none vanishes unseen."""
    for row in before:
        marks = ", ".join("?" * len(row))
        store.run(f"INSERT INTO loads VALUES ({marks})", [-int(str(row[0])), *row[1:]])
    issues = load(store, sources, settings).issues
    store.run("DELETE FROM loads WHERE load_id < 0")
    return issues


def _opened(path: Path | None) -> Store | None:
    """A kept store to read from; None where there is none, or none of ours."""
    if path is None or not path.exists():
        return None
    try:
        return Store(_to_read(path))
    except duckdb.Error:
        return None


def _to_read(path: Path) -> duckdb.DuckDBPyConnection:
    return limited(duckdb.connect(str(path), read_only=True), MEMORY)


def _note(store: Store) -> tuple[str, tuple[Issue, ...]] | None:
    try:
        ((mark, issues),) = store.rows("SELECT mark, issues FROM mirror")
    except (duckdb.Error, ValueError):
        return None
    return str(mark), tuple(Issue(code, cell, args) for code, cell, args in json.loads(str(issues)))


def _packed(issues: Sequence[Issue]) -> str:
    return json.dumps([[each.code, each.cell, dict(each.args)] for each in issues], ensure_ascii=False, default=str)


def _removed(part: Path) -> None:
    for each in (part, part.with_name(f"{part.name}.wal")):
        with suppress(OSError):
            each.unlink()
