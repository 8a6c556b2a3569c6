"""Raw rows to facts, beside rivals: `python -m bench.raw sheet`, `python -m bench.raw folder --rows 10000000`.

`sheet` is one raw sheet of 12 columns, made into four facts by month and unit. `folder` is Parquet: order rows, a fifth
as many events, and small tables beside them, made into the DECK12 indicators by month and unit. Each is a process of
its own, so that its peak memory is its own, and its facts are compared with those of the others. Of the twelve, the
rivals compute the four that cost: orders, active users, hours to shipping and to the door; and they check nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from bench.measure import Run, run

Facts = dict[str, float]
MONTHS = tuple(f"2025-{month:02d}" for month in range(1, 13))
DECK12 = ("REV", "GPM", "NPM", "ROI", "MAU", "RET", "CVR", "CSAT", "IPV", "ORD", "OPT", "DLT")
SHEET_KPIS = ("GMV", "ORD", "OPT", "DLT")
UNITS = 20
MEMORY = "4GB"
RIVALS = ("polars", "pandas")
LIMIT = int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 0.7) >> 30
"""A rival that takes the whole machine's memory takes it from others too."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("sheet", "folder", "job"))
    parser.add_argument("words", nargs="*")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--skip-office", action="store_true")
    parser.add_argument("--skip-pandas", action="store_true")
    parser.add_argument("--memory", default=MEMORY, help="memory_limit of the store")
    parser.add_argument("--limit", type=int, default=LIMIT, help="gigabytes that a rival may take before it is ended")
    given = parser.parse_args()
    if given.what == "job":
        work(given.limit, *given.words)
        return
    with tempfile.TemporaryDirectory() as folder:
        measured = sheet if given.what == "sheet" else folder_of_files
        measured(Path(folder), given)


def sheet(folder: Path, given: argparse.Namespace) -> None:
    rows = given.rows or 500_000
    book = folder / "book.xlsx"
    job("write_sheet", book, str(rows))
    print(f"a raw sheet of {rows:,} rows x 12, {book.stat().st_size / 1e6:.0f} MB")
    floor = line("fastexcel alone", job("read_sheet", book))
    ours = line("kpi_xl: load, check, compute", job("sheet_ours", book, given.memory), floor)
    agree(folder, "sheet_ours")
    if not given.skip_pandas:
        for engine in ("calamine", "openpyxl"):
            rival = line(f"pandas read_excel ({engine}) + groupby", job("sheet_pandas", book, engine), floor)
            agree(folder, "sheet_pandas")
            beside(ours, rival)
    if not given.skip_office:
        opened, summed = in_office(folder, book)
        line("LibreOffice opens the book", Run(opened), floor)
        line(f"LibreOffice computes {2 * 12 * UNITS} SUMIFS and COUNTIFS", Run(summed), floor)


def folder_of_files(folder: Path, given: argparse.Namespace) -> None:
    rows = given.rows or 1_000_000
    line("DuckDB writes the files", job("write_folder", folder, str(rows)))
    size = sum(path.stat().st_size for path in folder.glob("*.parquet"))
    print(f"{rows:,} order rows in Parquet, {size / 1e6:.0f} MB; memory_limit {given.memory}")
    ours = line("kpi_xl: load, check, compute", job("folder_ours", folder, given.memory))
    told = json.loads((folder / "seconds.json").read_text())
    print("".join(f"    {what} {seconds:.1f} s" for what, seconds in told.items()))
    for rival in RIVALS:
        if given.skip_pandas and rival == "pandas":
            continue
        try:
            run_of = job(f"folder_{rival}", folder, "--limit", str(given.limit))
        except RuntimeError as failure:
            print(f"{rival} does not survive: {failure}")
            continue
        theirs = line(f"{rival}, four of the twelve", run_of, ours)
        agree(folder, f"folder_{rival}", "folder_ours")
        beside(ours, theirs)


def work(limit: int, name: str, place: str, *words: str) -> None:
    """One job in this process; 2, when it fails, is a code that the measurement does not take for success."""
    if name.startswith(tuple(f"folder_{rival}" for rival in RIVALS)):
        resource.setrlimit(resource.RLIMIT_AS, (limit << 30, limit << 30))
    try:
        JOBS[name](Path(place), *words)
    except Exception:
        traceback.print_exc()
        raise SystemExit(2) from None


def job(name: str, place: Path, *words: str) -> Run:
    return run(sys.executable, "-m", "bench.raw", "job", name, str(place), *words, times=1)


def line(what: str, found: Run, floor: Run | None = None) -> Run:
    times = f"{found.seconds / floor.seconds:8.1f} x" if floor else ""
    print(f"{what:48}{found.seconds:8.2f} s {found.busy:8.2f} s busy {found.peak:8.0f} MB{times}", flush=True)
    return found


def beside(ours: Run, theirs: Run) -> None:
    seconds, peak = ours.seconds / theirs.seconds, ours.peak / theirs.peak
    print(f"    kpi_xl takes {seconds:.2f} x its time, {peak:.2f} x its memory")


def agree(folder: Path, one: str, other: str = "sheet_ours") -> None:
    """Facts that two processes both wrote are the same to 1e-9."""
    left, right = (json.loads((folder / f"{name}.json").read_text()) for name in (one, other))
    apart = [key for key in left if not math.isclose(left[key], right.get(key, math.nan), rel_tol=1e-9, abs_tol=1e-9)]
    if apart or not left:
        raise AssertionError(f"{one} and {other} differ in {len(apart)} of {len(left)} facts, such as {apart[:3]}")


def keep(place: Path, name: str, facts: Facts) -> None:
    folder = place if place.is_dir() else place.parent
    (folder / f"{name}.json").write_text(json.dumps(facts))


# --- ours -------------------------------------------------------------------------------------------------------------


def computed(sources: list[Path], kpis: tuple[str, ...], memory: str, store_at: Path) -> tuple[Facts, dict[str, float]]:
    from datetime import datetime

    from kpi_xl.facts.engines.compute import bind, compute
    from kpi_xl.facts.engines.duck import DuckEngine
    from kpi_xl.facts.raw.loading import load
    from kpi_xl.facts.raw.sources import Source
    from kpi_xl.facts.raw.store import open_store

    store = open_store(store_at, memory_limit=memory)
    start = time.perf_counter()
    loading = load(store, [Source(place=place) for place in sources])
    errors = [issue.code for issue in loading.issues if issue.code.startswith("E-")]
    if errors:
        raise AssertionError(errors)
    loaded = time.perf_counter()
    engine = DuckEngine(store.connection)
    library, _ = bind(engine)
    wanted = [each for each in library if each.kpi in kpis]
    found = compute(engine, wanted, MONTHS, cut_off=datetime(2026, 1, 1), by_unit=True, library=library)
    seconds = {"load": loaded - start, "compute": time.perf_counter() - loaded}
    facts = {f"{each.kpi} {each.period} {each.unit}": each.value for each in found if each.value is not None}
    return facts, seconds


def sheet_ours(book: Path, memory: str) -> None:
    facts, _ = computed([book], SHEET_KPIS, memory, book.with_name("sheet.duckdb"))
    keep(book, "sheet_ours", facts)


def folder_ours(folder: Path, memory: str) -> None:
    facts, seconds = computed([folder], DECK12, memory, folder / "folder.duckdb")
    keep(folder, "folder_ours", facts)
    (folder / "seconds.json").write_text(json.dumps(seconds))


# --- made up ----------------------------------------------------------------------------------------------------------

ORDERS = f"""
SELECT format('25{{:016d}}', i) AS order_id, 'shop' AS platform,
    format('U{{:02d}}', 1 + hash(i) % {UNITS}) AS unit_id,
    format('B{{:09d}}', hash(i + 1) % greatest($rows // 5, 1)) AS buyer_id, paid AS pay_time,
    paid + INTERVAL 1 MINUTE * (60 + hash(i + 2) % 4000) AS ship_time,
    paid + INTERVAL 1 MINUTE * (4100 + hash(i + 3) % 6000) AS sign_time,
    (hash(i + 4) % 100000) / 100.0 + 5 AS goods_amount, 0.0::DOUBLE AS discount_amount,
    5.0::DOUBLE AS freight_amount,
    (hash(i + 4) % 100000) / 100.0 + 10 AS paid_amount, hash(i + 5) % 1000 = 0 AS is_test
FROM (SELECT i, TIMESTAMP '2025-01-01' + INTERVAL 1 SECOND * (i * 31535000 // $rows) AS paid
    FROM range($rows) AS one(i))
"""
MONTHS_AND_UNITS = f"""
(SELECT format('2025-{{:02d}}', m) AS month, make_date(2025, m::INT, 1) AS day, format('U{{:02d}}', u) AS unit_id,
    m * 100 + u AS x FROM range(1, 13) AS months(m), range(1, {UNITS + 1}) AS units(u))
"""
BESIDE = {
    "events": f"""
SELECT TIMESTAMP '2025-01-01' + INTERVAL 1 SECOND * (i * 31535000 // $rows) AS event_time,
    format('V{{:09d}}', hash(i + 6) % greatest($rows // 8, 1)) AS visitor_id,
    format('B{{:09d}}', hash(i + 6) % greatest($rows // 8, 1)) AS user_id, format('S{{:010d}}', i) AS session_id,
    'visit' AS event_type, FALSE AS is_bot, format('U{{:02d}}', 1 + hash(i + 7) % {UNITS}) AS unit_id
FROM range($rows) AS one(i)""",
    "ledger": f"""
SELECT month AS period, unit_id, '6001' AS account_code, measure, (x * weight)::DOUBLE AS amount,
    measure || x AS voucher_no
FROM {MONTHS_AND_UNITS}, (VALUES ('REV', 10), ('COGS', 7), ('NP', 1)) AS kinds(measure, weight)""",
    "balance": f"""
SELECT last_day(day) AS period_end, unit_id, (x * 50)::DOUBLE AS invested_capital
FROM {MONTHS_AND_UNITS}""",
    "surveys": f"""
SELECT format('{{}}-{{}}', x, n) AS resp_id, day AS date, unit_id, 'CSAT' AS survey_type, 'Q1' AS question_id,
    (1 + (x + n) % 5)::DOUBLE AS score, 1.0::DOUBLE AS scale_min, 5.0::DOUBLE AS scale_max
FROM {MONTHS_AND_UNITS}, range(50) AS answers(n)""",
    "traffic_daily": f"""
SELECT day AS date, unit_id, 'S' || unit_id AS shop_id, 'search' AS channel, (x * 30)::BIGINT AS item_pv
FROM {MONTHS_AND_UNITS}""",
}


PART = 10_000_000
"""Order rows of one file; the files after the first hold the same orders under numbers and names of their own."""
OWN = {
    "orders": "'3' || $part || substr(order_id, 3) AS order_id, 'B' || $part || substr(buyer_id, 2) AS buyer_id",
    "events": "'V' || $part || substr(visitor_id, 2) AS visitor_id, 'B' || $part || substr(user_id, 2) AS user_id, "
    "'S' || $part || substr(session_id, 2) AS session_id",
}


def write_folder(folder: Path, rows: str) -> None:
    import duckdb

    connection = duckdb.connect(str(folder / "writing.duckdb"))
    connection.execute("SET memory_limit = '2GB'")
    connection.execute("SET preserve_insertion_order = false")
    count, parts = min(int(rows), PART), max(int(rows) // PART, 1)
    for name, sql in {"orders": ORDERS, **BESIDE}.items():
        made = sql.replace("$rows", str(count if name == "orders" else count // 5))
        connection.execute(f"COPY ({made}) TO '{folder / name}_0.parquet'")
        for part in range(1, parts) if name in OWN else ():
            again = f"SELECT * REPLACE ({OWN[name].replace('$part', str(part))}) FROM '{folder / name}_0.parquet'"
            connection.execute(f"COPY ({again}) TO '{folder / name}_{part}.parquet'")
    connection.close()
    (folder / "writing.duckdb").unlink()


def write_sheet(book: Path, rows: str) -> None:
    """The orders as a sheet beside one of SUMIFS; DuckDB spells the cells, faster than a writer of workbooks does."""
    import zipfile

    import duckdb

    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE orders AS {ORDERS.replace('$rows', rows)}")
    types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE orders").fetchall()}
    cells = [SPELLED.get(kind, "'<c><v>' || {} || '</v></c>'").format(name) for name, kind in types.items()]
    spelled = connection.execute(f"SELECT '<row>' || {' || '.join(cells)} || '</row>' FROM orders")
    heads = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in types)
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for part, text in FRAME.items():
            package.writestr(part, text)
        package.writestr("xl/worksheets/sheet2.xml", SHEET[0] + sums(list(types), int(rows) + 1) + SHEET[1])
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out:
            out.write(f"{SHEET[0]}<row>{heads}</row>".encode())
            while chunk := spelled.fetchmany(20_000):
                out.write("".join(row[0] for row in chunk).encode())
            out.write(SHEET[1].encode())


def sums(names: list[str], last: int) -> str:
    """Amount and number of orders of each month and unit, as a person would have the sheet compute them."""
    at = {name: f"orders!${chr(65 + place)}$2:${chr(65 + place)}${last}" for place, name in enumerate(names)}
    rows = []
    for month in range(1, 13):
        since, until = (f'"&{sign};"&amp;DATE(2025,{number},1)' for sign, number in (("gt", month), ("lt", month + 1)))
        within = f"{at['pay_time']},{since.replace('gt;', 'gt;=')},{at['pay_time']},{until},{at['is_test']},FALSE"
        cells = [f'{at["unit_id"]},"U{unit:02d}",{within}' for unit in range(1, UNITS + 1)]
        formulas = [f"SUMIFS({at['paid_amount']},{each})" for each in cells]
        formulas += [f"COUNTIFS({each})" for each in cells]
        rows.append("<row>" + "".join(f"<c><f>{formula}</f></c>" for formula in formulas) + "</row>")
    return "".join(rows)


SPELLED = {
    "VARCHAR": "'<c t=\"inlineStr\"><is><t>' || {} || '</t></is></c>'",
    "TIMESTAMP": "'<c s=\"1\"><v>' || (epoch({}) / 86400.0 + 25569) || '</v></c>'",
    "BOOLEAN": "'<c t=\"b\"><v>' || {}::INTEGER || '</v></c>'",
}
"""A cell of each type in SQL; of all others, its number."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
SHEET = (f'<worksheet xmlns="{MAIN}"><sheetData>', "</sheetData></worksheet>")
FRAME = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}styles+xml"/>'
    + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}worksheet+xml"/>' for n in (1, 2))
    + "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="orders" sheetId="1" r:id="rId1"/><sheet name="sums" sheetId="2" r:id="rId2"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    + "".join(f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in (1, 2))
    + f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
}  # fmt: skip


# --- rivals -----------------------------------------------------------------------------------------------------------


def read_sheet(book: Path) -> None:
    import fastexcel

    fastexcel.read_excel(book).load_sheet("orders").to_arrow()


def sheet_pandas(book: Path, engine: str) -> None:
    import pandas as pd

    keep(book, "sheet_pandas", of_orders(pd.read_excel(book, sheet_name="orders", engine=engine)))


def of_orders(orders: object) -> Facts:
    """What an analyst's script says of orders, by month and unit and by month."""
    import pandas as pd

    assert isinstance(orders, pd.DataFrame)
    good = orders[~orders["is_test"]]
    paid = {"month": good["pay_time"].dt.strftime("%Y-%m"), "unit": good["unit_id"]}
    sent = {"month": good["ship_time"].dt.strftime("%Y-%m"), "unit": good["unit_id"]}
    waited = (good["ship_time"] - good["pay_time"]).dt.total_seconds() / 3600
    under_way = (good["sign_time"] - good["ship_time"]).dt.total_seconds() / 3600
    facts: Facts = {}
    for by in (("month", "unit"), ("month",)):
        paid_by, sent_by = ([groups[name] for name in by] for groups in (paid, sent))
        named(facts, "GMV", good.groupby(paid_by)["paid_amount"].sum())
        named(facts, "ORD", good.groupby(paid_by)["order_id"].nunique())
        named(facts, "buyers", good.groupby(paid_by)["buyer_id"].nunique())
        named(facts, "OPT", waited.groupby(paid_by).mean())
        named(facts, "DLT", under_way.groupby(sent_by).mean())
    return {key: value for key, value in facts.items() if key.split()[0] in SHEET_KPIS and key.split()[1] in MONTHS}


def named(facts: Facts, kpi: str, found: object) -> None:
    import pandas as pd

    assert isinstance(found, pd.Series)
    for key, value in found.items():
        month, unit = key if isinstance(key, tuple) else (key, "")
        facts[f"{kpi} {month} {unit}"] = float(value)


def folder_pandas(folder: Path) -> None:
    import pandas as pd

    columns = ["order_id", "unit_id", "buyer_id", "pay_time", "ship_time", "sign_time", "paid_amount", "is_test"]
    facts = of_orders(pd.read_parquet(sorted(folder.glob("orders_*.parquet")), columns=columns))
    events = pd.read_parquet(sorted(folder.glob("events_*.parquet")), columns=["event_time", "user_id", "unit_id"])
    months = events["event_time"].dt.strftime("%Y-%m")
    named(facts, "MAU", events.groupby([months, events["unit_id"]])["user_id"].nunique())
    named(facts, "MAU", events.groupby([months])["user_id"].nunique().rename_axis(None))
    keep(folder, "folder_pandas", {key: value for key, value in facts.items() if not key.startswith("GMV")})


def folder_polars(folder: Path) -> None:
    import polars as pl

    orders = pl.scan_parquet(folder / "orders_*.parquet").filter(~pl.col("is_test"))
    events = pl.scan_parquet(folder / "events_*.parquet")
    hours = {"OPT": ("pay_time", "ship_time"), "DLT": ("ship_time", "sign_time")}
    facts: Facts = {}
    for units in (["unit_id"], []):
        wanted = {
            "ORD": (orders, "pay_time", pl.col("order_id").n_unique()),
            "buyers": (orders, "pay_time", pl.col("buyer_id").n_unique()),
            "MAU": (events, "event_time", pl.col("user_id").n_unique()),
            **{kpi: (orders, first, ((pl.col(last) - pl.col(first)).dt.total_seconds() / 3600).mean())
               for kpi, (first, last) in hours.items()},
        }  # fmt: skip
        for kpi, (rows, time_of, value) in wanted.items():
            found = rows.group_by(pl.col(time_of).dt.strftime("%Y-%m").alias("month"), *units).agg(value.alias("value"))
            for row in found.collect(engine="streaming").iter_rows(named=True):
                facts[f"{kpi} {row['month']} {row.get('unit_id', '')}"] = float(row["value"])
    kept = {key: value for key, value in facts.items() if key.split()[0] in DECK12 and key.split()[1] in MONTHS}
    keep(folder, "folder_polars", kept)


def in_office(folder: Path, book: Path) -> tuple[float, float]:
    """Seconds in which the office opens the book, and computes its sums again."""
    from kpi_xl.hosts.office.program import Office

    with Office(folder / "profile") as office:
        start = time.perf_counter()
        document = office.open(book)
        opened = time.perf_counter()
        document.calculateAll()
        summed = time.perf_counter()
        document.close(True)
    return opened - start, summed - opened


JOBS: dict[str, Callable[..., None]] = {
    "write_sheet": write_sheet, "read_sheet": read_sheet, "sheet_ours": sheet_ours, "sheet_pandas": sheet_pandas,
    "write_folder": write_folder, "folder_ours": folder_ours, "folder_pandas": folder_pandas,
    "folder_polars": folder_polars,
}  # fmt: skip


if __name__ == "__main__":
    main()
