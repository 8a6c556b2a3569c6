"""The generated company's tables in the places where facts are computed: DuckDB, PostgreSQL, Spark."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from kpi_xl.facts.engines.duck import DuckEngine
from kpi_xl.facts.raw.layouts import layouts
from tests.facts.engines.shop import columns

POSTGRES = Path("/usr/lib/postgresql/15/bin")
OWN_NAMES = {"DOUBLE": "double precision"}


def duck_with(tables: Mapping[str, pd.DataFrame]) -> DuckEngine:
    """Clean tables as the loader leaves them: canonical types, and the row each is from."""
    connection = duckdb.connect()
    for table in layouts():
        frame = tables[table].astype(object).where(tables[table].notna(), None) if table in tables else pd.DataFrame()
        connection.register("frame", frame) if len(frame) else None
        types = columns(table)
        traced = {"src_file": f"'{table}.csv'", "src_sheet": "''", "src_row": "row_number() OVER ()"}
        there = set(frame.columns) if len(frame) else set()
        values = [f'CAST({f"{name!r}"[1:-1] if name in there else traced.get(name, "NULL") if there else "NULL"} AS {kind}) AS "{name}"' for name, kind in types.items()]
        source = "FROM frame" if there else "WHERE false"
        connection.execute(f'CREATE TABLE "{table}" AS SELECT {", ".join(values)} {source}')
        connection.unregister("frame") if there else None
    return DuckEngine(connection)


def no_postgres() -> str:
    """Why no server can be started here; empty when one can."""
    if not (POSTGRES / "initdb").exists():
        return "PostgreSQL 15 is not installed"
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and there is no runuser"
    try:
        import ibis  # noqa: F401
        import psycopg  # noqa: F401
    except ImportError as error:
        return f"{error.name} is not installed"
    return ""


@contextmanager
def postgres() -> Iterator[int]:
    """A server of its own on a free port of this machine, as an unprivileged user; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kpi_xl_postgres_"))
    folder.chmod(0o777)
    as_nobody = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"

    def run(program: str, *words: str) -> None:
        subprocess.run([*as_nobody, str(POSTGRES / program), "-D", f"{folder}/data", *words], check=True, capture_output=True)

    try:
        run("initdb", "-U", "kpi", "-A", "trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        yield port
    finally:
        subprocess.run([*as_nobody, str(POSTGRES / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "stop"], capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def fill_postgres(port: int, engine: DuckEngine) -> None:
    """The tables of a DuckDB engine, copied."""
    import psycopg

    with psycopg.connect(f"host=127.0.0.1 port={port} user=kpi dbname=postgres") as connection:
        for table in layouts():
            types = columns(table)
            definition = ", ".join(f'"{name}" {OWN_NAMES.get(kind, kind)}' for name, kind in types.items())
            connection.execute(f'CREATE TABLE "{table}" ({definition})')
            rows = engine.connection.execute(f'SELECT {", ".join(types)} FROM "{table}"').fetchall()
            with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copying:
                for row in rows:
                    copying.write_row(row)
        connection.execute("ANALYZE")
