"""One small table, written in every kind of file, comes out the same."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pandas
import pytest

from kpi_xl.facts.raw.sources import LoadSettings, Source
from kpi_xl.facts.raw.store import Store, open_store
from tests.facts.raw.sheets import Loaded, of_place, written_xlsb, written_xlsx, zipped

HEAD = ("订单编号", "付款时间", "实付金额", "店铺")
ROWS = [("A1", "2024-01-05 10:00:00", "1,234.5", "一店"), ("100000000000000001", "2024-01-06", "0.1", "二店, 分店")]
WANTED = [
    ("A1", datetime(2024, 1, 5, 10), 1234.5, "一店", 2), ("100000000000000001", datetime(2024, 1, 6), 0.1, "二店, 分店", 3),
]  # fmt: skip


def rows(found: Loaded) -> list[tuple[object, ...]]:
    assert found.loading.issues == ()
    return found.store.rows("SELECT order_id, pay_time, paid_amount, shop_id, src_row FROM orders ORDER BY src_row")


def separated(separator: str, encoding: str) -> bytes:
    lines = (separator.join(f'"{cell}"' if {separator, ","} & set(cell) else cell for cell in row) for row in (HEAD, *ROWS))
    return "\r\n".join(lines).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(("separator", "suffix"), [(",", "csv"), ("\t", "tsv"), (";", "csv"), ("|", "txt")])
def test_text_of_any_encoding_and_separator(tmp_path: Path, store: Store, encoding: str, separator: str, suffix: str) -> None:
    path = tmp_path / f"orders.{suffix}"
    path.write_bytes(separated(separator, encoding))
    assert rows(of_place(store, path)) == WANTED


def test_text_in_gzip(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "orders_2024.csv.gz"
    path.write_bytes(gzip.compress(separated(",", "gb18030")))
    assert rows(of_place(store, path)) == WANTED


def test_a_character_far_into_the_file_decides_the_encoding(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(("order_id,paid_amount,channel\n" + "A,1,x\n" * 200_000 + "B,2,抖音\n").encode("gb18030"))
    found = of_place(store, path)
    assert found.store.rows("SELECT channel FROM orders WHERE order_id = 'B'") == [("抖音",)]


def test_workbooks_of_the_current_format(tmp_path: Path, store: Store) -> None:
    path = written_xlsx(tmp_path / "导出.xlsx", {"说明": [("x",)], "数据_订单": [HEAD, *ROWS]})
    assert rows(of_place(store, path)) == WANTED


def test_cells_of_a_workbook_keep_their_numbers_and_dates(tmp_path: Path, store: Store) -> None:
    typed = [("A1", datetime(2024, 1, 5, 10), 1234.5, "一店"), ("100000000000000001", 45297, 0.1, "二店, 分店")]
    path = written_xlsx(tmp_path / "orders.xlsx", {"Sheet1": [(), (), HEAD, *typed]})
    assert [row[:4] for row in rows(of_place(store, path))] == [row[:4] for row in WANTED]
    assert [row[4] for row in rows(Loaded(store, of_place(store, path).loading))] == [4, 5]


def test_binary_workbooks(tmp_path: Path, store: Store) -> None:
    path = written_xlsb(tmp_path / "orders.xlsb", "S", [HEAD, *ROWS, (100000000000000016, "2024-01-06", 1, "三店")])
    found = of_place(store, path)
    assert rows(found) == WANTED
    assert found.codes == [("ID_PRECISION_LOST", 4, "order_id", "REJECT")]


def test_old_workbooks(tmp_path: Path, store: Store) -> None:
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not installed, which writes the .xls")
    written_xlsx(tmp_path / "orders.xlsx", {"订单": [HEAD, *ROWS, (100000000000000016, "2024-01-06", 1, "三店")]})
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    subprocess.run([office, home, "--headless", "--convert-to", "xls", "--outdir", tmp_path, tmp_path / "orders.xlsx"],
                   check=True, capture_output=True, timeout=180)  # fmt: skip
    found = of_place(store, tmp_path / "orders.xls")
    assert rows(found) == WANTED
    assert found.codes == [("ID_PRECISION_LOST", 4, "order_id", "REJECT")]


def test_parquet_of_text(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "orders.parquet"
    pandas.DataFrame(ROWS, columns=list(HEAD)).to_parquet(path)
    assert [row[:4] for row in rows(of_place(store, path))] == [row[:4] for row in WANTED]


def test_folders_and_zips_are_looked_through(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "导出"
    (folder / "一月").mkdir(parents=True)
    (folder / "readme.md").write_text("no data")
    (folder / "一月" / "~$orders.xlsx").write_text("lock")
    (folder / "一月" / "orders_1.csv").write_text("order_id,paid_amount\nA1,1\n")
    (folder / "orders_2.csv").write_text("paid_amount;order_id;channel\n2;A2;app\n")
    (folder / "包.zip").write_bytes(zipped({"数据/订单_3.csv": "订单编号,实付金额\nA3,3\n".encode("gb18030"), "../退款.csv": b"refund_id,amount\nR1,4\n"}))
    found = of_place(store, folder)
    assert found.loading.issues == ()
    assert store.rows("SELECT order_id, paid_amount, src_file FROM orders ORDER BY 1") == [
        ("A1", 1.0, "导出/一月/orders_1.csv"), ("A2", 2.0, "导出/orders_2.csv"), ("A3", 3.0, "导出/包.zip/数据/订单_3.csv"),
    ]  # fmt: skip
    assert store.rows("SELECT refund_id FROM refunds") == [("R1",)]
    assert {count.read for count in found.loading.counts} == {1}
    assert not (tmp_path / "退款.csv").exists()


def test_a_sheet_may_be_named_by_the_register(tmp_path: Path, store: Store) -> None:
    path = written_xlsx(tmp_path / "book.xlsx", {"一": [HEAD, *ROWS], "二": [HEAD, ROWS[0]]})
    found = of_place(store, path, "orders", sheet="二")
    assert found.counts.read == 1
    (issue,) = of_place(store, path, "orders", sheet="三").loading.issues
    assert (issue.code, issue.args["wanted"]) == ("E-RAW-SHEET", "一, 二")


def test_lines_of_different_lengths_and_cells_with_line_breaks(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "orders.csv"
    path.write_text('order_id,paid_amount\nA1,1,"more\nlines"\n\nA2\nA3,3\n', encoding="utf-8")
    found = of_place(store, path)
    assert store.rows("SELECT order_id, paid_amount, src_row FROM orders ORDER BY src_row") == [("A1", 1.0, 2), ("A2", None, 4), ("A3", 3.0, 5)]
    assert found.counts.blank == 1


def test_rows_beyond_one_batch_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order_id,paid_amount\n" + "".join(f"A{at},{at}\n" for at in range(2, 50_003)), encoding="utf-8")
    found = of_place(open_store(), path)
    assert found.store.rows("SELECT count(*), bool_and(order_id = 'A' || src_row AND paid_amount = src_row) FROM orders") == [(50_001, True)]


def test_the_register_may_name_the_source(tmp_path: Path, store: Store) -> None:
    (tmp_path / "导出.csv").write_text("order_id,paid_amount\nA1,1\n")
    found = of_place(store, tmp_path / "导出.csv", "orders", LoadSettings(), name="天猫订单")
    assert store.rows("SELECT source, place, kind, row_count FROM loads") == [("天猫订单", "导出.csv", "text", 1)]
    assert isinstance(Source("orders", tmp_path), Source)
    assert found.counts.file == "导出.csv"
