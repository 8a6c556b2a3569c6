"""Exports into a book and out again: counted, traced, replaced, taken back; a failure leaves the book as it was."""

from __future__ import annotations

import csv as csv_format
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpi_xl.commands.adding import add, add_sheet
from kpi_xl.commands.check import check
from kpi_xl.commands.importing import import_, list_loads, remove_load
from kpi_xl.commands.raw_facts import facts
from kpi_xl.commands.score import score
from kpi_xl.errors import WorkbookError
from kpi_xl.faces.raw_speech import facts_lines, import_lines
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.memory import MemoryHost
from kpi_xl.labels import Lang
from kpi_xl.model.grid import CellOut, Patch, Scalar
from kpi_xl.referee import recalculate
from tests.commands.raw_books import book_of, fact_rows, with_source
from tests.workbooks.books import assert_agrees, skip_without

HEAD = "订单编号,考核单位,下单时间,付款时间,发货时间,实付金额,买家ID"
PLAN = {"ORD": (0.5, "RATIO"), "GMV": (0.5, "RATIO")}


def order(number: int, unit: str = "D01", paid: str = "2026-03-05 10:00:00", amount: object = 100) -> str:
    return f"A{number},{unit},2026-03-01,{paid},2026-04-02 09:00:00,{amount},B{number % 7}"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    targets = [{"period": "2026-03", "subject": unit, "kpi": kpi, "target": 10.0 if kpi == "ORD" else 1000.0}
               for unit in ("D01", "D02") for kpi in PLAN]  # fmt: skip
    return book_of(tmp_path / "book.xlsx", "2026-03", ["D01", "D02"], PLAN, targets)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Sixteen rows: thirteen orders, one of them there twice, one with no amount to be read, and a total."""
    lines = [HEAD, *(order(number, "D01" if number < 9 else "D02") for number in range(12))]
    lines += [order(3), order(77, amount="abc"), "合计,,,,,1200,"]
    path = tmp_path / "三月订单.csv"
    path.write_text("\n".join([*lines, order(12, "D02", "2026-03-31 23:59:59")]), encoding="gb18030")
    return path


def table(path: Path, name: str) -> list[tuple[Scalar, ...]]:
    return [tuple(row) for row in FileHost(path).tables()[name].rows]


def actual(path: Path, unit: str, kpi: str) -> tuple[Scalar, Scalar]:
    row = fact_rows(path)["2026-03", unit, kpi]
    return row["value"], row["origin"]


def test_an_export_is_imported_scored_and_taken_out_again(book: Path, export: Path) -> None:
    """13 orders in 16 rows: 9 of D01, 4 of D02, 100 yuan each; conserved row by row."""
    receipt = import_(FileHost(book), [export])
    counts = dict(receipt.facts["counts"][0])  # type: ignore[index]
    parts = [counts[name] for name in ("read", "accepted", "rejected", "duplicates", "subtotals", "blank")]
    assert parts == [16, 13, 1, 1, 1, 0]
    assert score(FileHost(book)).exit_code == 0
    assert [actual(book, unit, kpi) for unit in ("D01", "D02") for kpi in PLAN] == [
        (9.0, "RAW"), (900.0, "RAW"), (4.0, "RAW"), (400.0, "RAW")]  # fmt: skip
    load = dict(list_loads(FileHost(book)).facts["loads"][0])  # type: ignore[index]
    assert (load["load"], load["table"], load["rows"]) == ("三月订单.csv", "orders", 16)
    remove_load(FileHost(book), "三月订单.csv")
    assert list_loads(FileHost(book)).facts["loads"] == []
    withheld = score(FileHost(book))
    assert {card["status"] for card in withheld.facts["cards"]} == {"WITHHELD"}  # type: ignore[attr-defined]


def test_importing_again_takes_the_place_of_what_it_brought(book: Path, export: Path) -> None:
    import_(FileHost(book), [export])
    export.write_text("\n".join([HEAD, order(1), order(2)]), encoding="utf-8")
    import_(FileHost(book), [export])
    assert [load["rows"] for load in list_loads(FileHost(book)).facts["loads"]] == [2]  # type: ignore[attr-defined]
    score(FileHost(book))
    assert actual(book, "D01", "GMV") == (200.0, "RAW")


def test_a_linked_file_is_read_where_it_lies(book: Path, export: Path) -> None:
    import_(FileHost(book), [export], link=True)
    score(FileHost(book))
    assert actual(book, "D02", "ORD") == (4.0, "RAW")
    register = table(book, "tblSources")[0]
    assert (register[0], register[1], register[2], register[3]) == ("三月订单.csv", "orders", "file", "三月订单.csv")
    assert "tblRaw_orders" not in FileHost(book).tables()
    export.write_text("\n".join([HEAD, order(1)]), encoding="utf-8")
    score(FileHost(book))
    assert actual(book, "D01", "ORD") == (1.0, "RAW")


def test_a_typed_row_goes_before_raw_rows_and_the_difference_is_said(book: Path, export: Path, tmp_path: Path) -> None:
    typed = book_of(tmp_path / "typed.xlsx", "2026-03", ["D01", "D02"], PLAN, [
        {"period": "2026-03", "subject": unit, "kpi": kpi, "target": 10.0} for unit in ("D01", "D02") for kpi in PLAN
    ])  # fmt: skip
    grid = FileHost(typed).tables()["tblActuals"]
    at = [list(grid.header).index(word) for word in ("考核期", "对象代码", "指标代码", "数值")]
    own: tuple[Scalar, ...] = ("2026-03", "D01", "ORD", 12.0)
    cells = tuple(CellOut(grid.row + 1, grid.column + place, value) for place, value in zip(at, own, strict=True))
    FileHost(typed).write([], [Patch("tblActuals", cells, 1)])
    import_(FileHost(typed), [export])
    receipt = score(FileHost(typed))
    assert actual(typed, "D01", "ORD") == (12.0, "TYPED")
    assert actual(typed, "D01", "GMV") == (900.0, "RAW")
    (said,) = [issue for issue in receipt.issues if issue.code == "W-RAW-TYPED"]
    assert (said.args["found"], said.args["raw"]) == (12.0, 9.0)


def test_pasted_rows_count_without_a_register(book: Path) -> None:
    from kpi_xl.commands.adding import graft_raw
    from kpi_xl.facts.raw.layouts import layouts

    fields = [field.name for field in layouts()["orders"].fields]
    row = {"order_id": "X1", "unit_id": "D01", "pay_time": "2026年3月5日", "paid_amount": "1.2万"}
    graft_raw(FileHost(book), "orders", [[*(row.get(field) for field in fields), None]], "zh")
    receipt = score(FileHost(book))
    assert actual(book, "D01", "GMV") == (12000.0, "RAW")
    assert receipt.exit_code == 0


def test_raw_sheets_are_added_by_their_names(book: Path) -> None:
    assert add(FileHost(book), "数据_订单").facts["sheet"] == "数据_订单"
    assert add(FileHost(book), "Raw_Refunds").facts["key"] == "tblRaw_refunds"
    with pytest.raises(WorkbookError, match="E-SHEET-EXISTS"):
        add(FileHost(book), "数据_订单")


@pytest.mark.parametrize("engine", ["formualizer", "libreoffice"])
def test_totals_of_the_sheet_itself_stand_beside_the_engine(book: Path, export: Path, engine: str) -> None:
    """SUMIFS of the amounts: 1,300 accepted and a duplicate of 100, and the 1,200 of the row of totals."""
    skip_without(engine)
    import_(FileHost(book), [export])
    grid = FileHost(book).tables()["tblRawTotals"]
    columns = [list(grid.header).index(word) for word in ("列", "引擎合计", "对方合计", "差异", "是否一致")]
    shown = {row[columns[0]]: tuple(row[at] for at in columns[1:]) for row in grid.rows}
    assert shown == {"行数": (13.0, 16.0, -3.0, "▲"), "paid_amount": (1300.0, 2600.0, -1300.0, "▲")}
    score(FileHost(book))
    assert_agrees(book, recalculate(engine, book))


def test_rejected_rows_are_listed_with_their_place(book: Path, export: Path, tmp_path: Path) -> None:
    import_(FileHost(book), [export], link=True, rejects=tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["code"]: row for row in csv_format.DictReader(stream)}
    bad = rows["BAD_NUMBER"]
    assert (bad["file"], bad["row"], bad["column"], bad["raw_value"]) == ("三月订单.csv", "15", "paid_amount", "abc")
    assert {"BAD_NUMBER", "DUP_EXACT", "SUBTOTAL"} <= rows.keys()
    assert len(table(book, "tblRejects")) == len(rows)


def test_a_typed_formula_that_is_wrong_is_pointed_at(book: Path, export: Path) -> None:
    import_(FileHost(book), [export])
    add_sheet(FileHost(book), "formulas", "zh", {"tblFormulas": [{"kpi": "GMV", "num": "SUM(订单[实付金鹅])"}]})
    receipt = check(FileHost(book))
    (issue,) = [each for each in receipt.issues if each.code == "E-FORMULA-COLUMN"]
    assert issue.cell == "指标公式!B6"
    assert (issue.args["at"], issue.args["near"]) == (5, "实付金额") or issue.args["near"] == "paid_amount"


def test_a_vanished_column_stops_with_a_message_and_not_with_a_zero(book: Path, export: Path) -> None:
    import_(FileHost(book), [export], link=True)
    before = book.read_bytes()
    export.write_text("\n".join(line.rpartition(",")[0].rpartition(",")[0] for line in [HEAD, order(1)]), encoding="utf-8")
    receipt = score(FileHost(book))
    assert [issue.code for issue in receipt.issues if issue.severity == "error"] == ["E-RAW-COLUMN"]
    assert not receipt.is_done
    assert book.read_bytes() == before


@pytest.mark.parametrize("content", ["订单编号,实付金额\n", "a,b,c\n1,2,3\n", ",".join(f"c{at}" for at in range(200_000)) + "\n1\n"])
def test_a_file_that_cannot_be_used_leaves_the_book(book: Path, tmp_path: Path, content: str) -> None:
    path = tmp_path / "导出.csv"
    path.write_text(content, encoding="utf-8")
    good = tmp_path / "orders.csv"
    good.write_text("\n".join([HEAD, order(1)]), encoding="utf-8")
    before = book.read_bytes()
    with pytest.raises(WorkbookError, match="E-RAW-"):
        import_(FileHost(book), [good, path])
    assert book.read_bytes() == before


def test_nothing_that_a_heading_or_a_unit_says_is_run(tmp_path: Path) -> None:
    unit, heading = "'; DROP TABLE orders; --", 'x"; DROP TABLE orders; --'
    book = book_of(tmp_path / "evil.xlsx", "2026-03", [unit], PLAN, [
        {"period": "2026-03", "subject": unit, "kpi": kpi, "target": 1.0} for kpi in PLAN])  # fmt: skip
    export = tmp_path / "orders.csv"
    with export.open("w", encoding="utf-8", newline="") as stream:
        csv_format.writer(stream).writerows([
            ["订单编号", "考核单位", "付款时间", "实付金额", heading], ["A1", unit, "2026-03-05", 5, "=1+1"]])  # fmt: skip
    import_(FileHost(book), [export], link=True)
    receipt = score(FileHost(book))
    assert receipt.exit_code == 0
    row = fact_rows(book)["2026-03", unit, "GMV"]
    assert (row["value"], row["origin"]) == (5.0, "RAW")


def test_who_is_killed_while_importing_leaves_book_and_store(book: Path, export: Path) -> None:
    import_(FileHost(book), [export], link=True)
    score(FileHost(book))
    before = book.read_bytes()
    rows = "\n".join([HEAD, *(order(number) for number in range(60_000))])
    (export.parent / "gross").mkdir()
    (export.parent / "gross" / "orders.csv").write_text(rows, encoding="utf-8")
    code = ("import sys; from pathlib import Path; from kpi_xl.commands.importing import import_; "
            "from kpi_xl.hosts.file import FileHost; print('go', flush=True); "
            "import_(FileHost(Path(sys.argv[1])), [Path(sys.argv[2])])")  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", code, str(book), str(export.parent / "gross")], stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(0.3)
        run.kill()
    assert book.read_bytes() == before
    score(FileHost(book))
    assert actual(book, "D01", "ORD") == (9.0, "RAW")


def test_a_store_that_is_damaged_or_deleted_is_built_anew(book: Path, export: Path) -> None:
    import_(FileHost(book), [export], link=True)
    store = book.with_name(".book.kpi-data")
    for damage in (lambda: store.unlink(), lambda: store.write_bytes(b"no store")):
        damage()
        score(FileHost(book))
        assert actual(book, "D01", "ORD") == (9.0, "RAW")
    assert [name for name in os.listdir(book.parent) if name.startswith(".book.kpi-data.")] == []


def test_a_book_in_memory_gives_the_same_facts(book: Path, export: Path) -> None:
    import_(FileHost(book), [export])
    on_disk = facts(FileHost(book), by="unit").facts["facts"]
    held = FileHost(book).tables()
    in_memory = facts(MemoryHost(held.values()), by="unit").facts["facts"]
    assert in_memory == on_disk
    assert on_disk


def test_a_late_source_is_said(book: Path, tmp_path: Path) -> None:
    """L-T5 of the specification: at scoring, the raw rows reach the end of the period."""
    (tmp_path / "orders.csv").write_text("\n".join([HEAD, order(1)]), encoding="utf-8")
    with_source(book, source="订单", table="订单", kind="file", place="orders.csv")
    (late,) = [issue for issue in score(FileHost(book)).issues if issue.code == "W-SOURCE-LATE"]
    assert (late.cell, late.args["found"], late.args["wanted"]) == ("数据源!A6", "2026-03-05", "2026-03-31")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"source": "a", "table": "orderz", "kind": "file", "place": "x.csv"}, "E-SOURCE-TABLE"),
        ({"source": "a", "kind": "folder"}, "E-SOURCE-PLACE"),
        ({"source": "a", "kind": "file", "place": "none.csv", "table": "orders"}, "E-RAW-MISSING"),
        ({"source": "a", "kind": "file", "place": "x.csv", "mapping": "nothing"}, "E-RAW-MAPPING"),
        ({"source": "a", "kind": "url", "place": "postgres://me:secret@db/shop"}, "E-DATABASE-PASSWORD"),
    ],
)  # fmt: skip
def test_a_source_that_cannot_be_used_stops_the_book_at_its_cell(
    book: Path, tmp_path: Path, row: dict[str, Scalar], code: str
) -> None:
    (tmp_path / "x.csv").write_text("\n".join([HEAD, order(1)]), encoding="utf-8")
    with_source(book, **row)
    before = book.read_bytes()
    receipt = score(FileHost(book))
    (issue,) = [each for each in receipt.issues if each.severity == "error"]
    assert (issue.code, issue.cell.partition("!")[0]) == (code, "数据源")
    assert "secret" not in repr(issue)
    assert book.read_bytes() == before


def test_a_book_without_sources_waits_for_no_engine(tmp_path: Path, book: Path) -> None:
    code = ("import sys; from pathlib import Path; from kpi_xl.commands.score import score; "
            "from kpi_xl.hosts.file import FileHost; score(FileHost(Path(sys.argv[1]))); "
            "print(sorted({'duckdb', 'pyarrow', 'sqlglot', 'ibis', 'pandas'} & set(sys.modules)))")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code, str(book)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_receipts_are_told_in_words(book: Path, export: Path, lang: Lang) -> None:
    taken = import_(FileHost(book), [export])
    told = "\n".join(import_lines(taken, lang))
    assert "三月订单.csv" in told
    assert "13" in told
    shown = "\n".join(facts_lines(facts(FileHost(book), by="unit", kpis=["GMV"]), lang))
    assert "D01" in shown
    assert "900" in shown
    gone = "\n".join(import_lines(remove_load(FileHost(book), "三月订单.csv"), lang))
    assert "三月订单.csv" in gone
    with pytest.raises(WorkbookError, match="E-LOAD-UNKNOWN"):
        remove_load(FileHost(book), "三月订单.csv")


def test_a_full_disk_costs_the_store_and_nothing_else(book: Path, export: Path) -> None:
    """A limit on the size of files stands for the full disk: no store can be written, and memory serves."""
    pytest.importorskip("resource", reason="limits of a process are a matter of Unix")
    rows = "\n".join([HEAD, *(order(number, amount=number % 977) for number in range(30_000))])
    export.write_text(rows, encoding="utf-8")
    with_source(book, source="订单", table="orders", kind="file", place=export.name)
    code = ("import resource, signal, sys; from pathlib import Path; from kpi_xl.commands.raw_facts import facts; "
            "from kpi_xl.hosts.file import FileHost; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
            "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
            "print([row['value'] for row in facts(FileHost(Path(sys.argv[1])), kpis=['ORD']).facts['facts']])")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code, str(book)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[30000.0]"
    assert [path.name for path in book.parent.iterdir() if path.name.startswith(".book")] == []


def test_without_its_packages_raw_data_are_an_issue_and_the_rest_goes_on(
    book: Path, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_source(book, source="订单", table="orders", kind="file", place=export.name)
    monkeypatch.setattr("kpi_xl.commands.raw_packages.find_spec", lambda name: None if name == "duckdb" else name)
    (issue,) = [each for each in check(FileHost(book)).issues if each.severity == "error"]
    assert (issue.code, issue.cell, issue.args["found"]) == ("E-RAW-PACKAGE", "数据源!A6", "duckdb")


def test_several_exports_are_one_write(book: Path, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second fails when the first has its cells already: the file is as it was, and the host still speaks for it."""
    from kpi_xl.commands import importing

    other = export.with_name("refunds.csv")
    other.write_text("退款编号,订单编号,退款完结时间,退款金额\nR1,A1,2026-03-09 10:00:00,100", encoding="utf-8")
    before, fill = book.read_bytes(), importing._fill

    def fails(host: FileHost, name: str, *rest: object) -> None:
        if name == other.name:
            assert "tblRaw_orders" in host.tables()
            raise WorkbookError("E-BOOK-DISK", book=host.name)
        fill(host, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "_fill", fails)
    host = FileHost(book)
    with pytest.raises(WorkbookError):
        import_(host, [export, other])
    assert book.read_bytes() == before
    assert "tblRaw_orders" not in host.tables()
    monkeypatch.setattr(importing, "_fill", fill)
    import_(host, [export, other])
    assert {"tblRaw_orders", "tblRaw_refunds"} <= FileHost(book).tables().keys()
