"""What cannot be read is said by its name, loads nothing, and keeps nobody else from being loaded."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import kpi_xl.facts.raw.loading as loading
from kpi_xl.errors import MethodError, WorkbookError
from kpi_xl.facts.raw.loading import load
from kpi_xl.facts.raw.sources import Grid, LoadSettings, Source
from kpi_xl.facts.raw.store import Store, open_store
from kpi_xl.labels import LANGS, message
from tests.facts.raw.sheets import of_place, of_rows, written_xlsx, zipped

ROWS = [("order_id", "paid_amount"), ("A1", 5)]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def truncated(path: Path) -> None:
    written_xlsx(path, {"S": ROWS})
    path.write_bytes(path.read_bytes()[:-200])


def without_a_sheet(path: Path) -> None:
    whole = io.BytesIO(written_xlsx(path, {"S": ROWS}).read_bytes())
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(path, "w") as damaged:
        for name in archive.namelist():
            damaged.writestr(name, archive.read(name)[: 100 if "sheet1" in name else None])


DAMAGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "orders.csv": ("E-RAW-EMPTY", lambda path: path.write_bytes(b"")),
    "orders_blank.csv": ("E-RAW-HEADER", lambda path: path.write_bytes(b"\n\n\n")),
    "orders_bytes.csv": ("E-RAW-ENCODING", lambda path: path.write_bytes(bytes(range(256)) * 9)),
    "orders_latin.csv": ("E-RAW-ENCODING", lambda path: path.write_bytes(b"order_id,paid\nA1,\xff\xfe\xff\n")),
    "orders_quote.csv": ("E-RAW-DAMAGED", lambda path: path.write_bytes(b'order_id,paid_amount\nA1,"' + b"x" * (3 << 20))),
    "orders_cut.csv.gz": ("E-RAW-DAMAGED", lambda path: path.write_bytes(gzip.compress(os.urandom(9999))[:5000])),
    "orders_no.csv.gz": ("E-RAW-DAMAGED", lambda path: path.write_bytes(b"order_id,paid_amount\nA1,5\n")),
    "orders.xlsx": ("E-RAW-DAMAGED", truncated),
    "orders_part.xlsx": ("E-RAW-DAMAGED", without_a_sheet),
    "orders_text.xlsx": ("E-RAW-DAMAGED", lambda path: path.write_bytes(b"order_id,paid_amount\nA1,5\n")),
    "orders_secret.xlsx": ("E-RAW-PASSWORD", lambda path: path.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le"))),
    "orders.xls": ("E-RAW-DAMAGED", lambda path: path.write_bytes(OLE + b"\0" * 600)),
    "orders.parquet": ("E-RAW-DAMAGED", lambda path: path.write_bytes(b"PAR1 and no more")),
    "orders.zip": ("E-RAW-DAMAGED", lambda path: path.write_bytes(zipped({"orders.csv": b"order_id\nA1\n"})[:-9])),
    "empty.zip": ("E-RAW-EMPTY", lambda path: path.write_bytes(zipped({"readme.md": b"nothing"}))),
    "orders.docx": ("E-RAW-FORMAT", lambda path: path.write_bytes(b"words")),
    "Sheet1.csv": ("E-RAW-TABLE", lambda path: path.write_bytes(b"order_id,paid_amount\nA1,5\n")),
    "orders_wide.csv": ("E-RAW-WIDE", lambda path: path.write_text(",".join(f"c{at}" for at in range(200_000)) + "\n" + "1," * 199_999)),
    "orders_none.csv": ("E-RAW-MISSING", lambda path: None),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_an_issue_and_loads_nothing(tmp_path: Path, store: Store, name: str) -> None:
    code, damage = DAMAGES[name]
    damage(tmp_path / name)
    good = Source("refunds", Grid("退款", [("退款编号", "退款金额"), ("R1", 5)]))
    found = load(store, [Source("", tmp_path / name), good])
    (issue,) = found.issues
    assert issue.code == code
    assert name in issue.cell
    assert store.number("SELECT count(*) FROM orders") == 0
    assert store.rows("SELECT refund_id FROM refunds") == [("R1",)]
    for lang in LANGS:
        assert "{" not in message(issue.code, issue.args, lang)


@pytest.mark.parametrize("suffix", ["csv.gz", "zip", "xlsx"])
def test_what_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, store: Store, suffix: str) -> None:
    path = tmp_path / f"orders.{suffix}"
    much = b"order_id\n" + b"A1\n" * 4_000_000
    if suffix == "xlsx":
        with zipfile.ZipFile(written_xlsx(path, {"S": ROWS}), "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/much.bin", much)
    else:
        path.write_bytes(gzip.compress(much) if suffix == "csv.gz" else zipped({"orders.csv": much}))
    assert path.stat().st_size < 200_000
    found = of_place(store, path, settings=LoadSettings(most_bytes=10_000_000))
    assert [issue.code for issue in found.loading.issues] == ["E-RAW-TOO-BIG"]


def test_a_zip_that_lies_about_its_size_is_stopped_while_it_unpacks(tmp_path: Path, store: Store) -> None:
    content = bytearray(zipped({"orders.csv": b"order_id\n" + b"A1\n" * 400_000}))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    (tmp_path / "orders.zip").write_bytes(content)
    found = of_place(store, tmp_path / "orders.zip", settings=LoadSettings(most_bytes=100_000))
    assert [issue.code for issue in found.loading.issues] in (["E-RAW-TOO-BIG"], ["E-RAW-DAMAGED"])


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order_id\nA1\n")
    path.chmod(0)
    assert [issue.code for issue in of_place(store, path).loading.issues] == ["E-RAW-ACCESS"]


def test_a_folder_that_refuses_says_so(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "orders.csv").write_text("order_id\nA1\n")

    def refused(*_: object, **__: object) -> object:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refused)
    assert [issue.code for issue in of_place(store, tmp_path / "orders.csv").loading.issues] == ["E-RAW-ACCESS"]


def test_a_file_that_changes_while_it_is_read_is_not_loaded(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order_id,paid_amount\nA1,5\n")
    read = loading._read_all

    def meanwhile(*args: object) -> frozenset[str]:
        fields = read(*args)  # type: ignore[arg-type]
        path.write_text("order_id,paid_amount\nA1,5\nA2,7\n")
        return fields

    monkeypatch.setattr(loading, "_read_all", meanwhile)
    found = of_place(store, path)
    assert [issue.code for issue in found.loading.issues] == ["E-RAW-CHANGED"]
    assert [store.number(f"SELECT count(*) FROM {table}") for table in ("orders", "loads", "counts", "rejects")] == [0] * 4


def test_a_load_that_is_killed_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(tmp_path / "store.duckdb")
    of_rows(store, "orders", ROWS)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "write_counts", killed)
    with pytest.raises(KeyboardInterrupt):
        of_rows(store, "orders", [ROWS[0], ("A2", 7)])
    monkeypatch.undo()
    store.close()
    again = open_store(tmp_path / "store.duckdb")
    assert again.rows("SELECT order_id FROM orders") == [("A1",)]
    assert of_rows(again, "orders", [ROWS[0], ("A3", 9)]).counts.accepted == 1


def test_rows_that_go_missing_are_a_defect_and_not_an_issue(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    note = loading._note_rows

    def one_more(work: object, number: int, part: object, read: int, blank: int) -> None:
        note(work, number, part, read + 1, blank)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "_note_rows", one_more)
    with pytest.raises(MethodError) as raised:
        of_rows(store, "orders", ROWS)
    assert (raised.value.code, raised.value.args_by_name["found"], raised.value.args_by_name["wanted"]) == ("E-RAW-LOST", 1, 2)
    assert store.number("SELECT count(*) FROM orders") == 0


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.duckdb").write_bytes(b"something else" * 999)
    with pytest.raises(WorkbookError) as raised:
        open_store(tmp_path / "store.duckdb")
    assert raised.value.code == "E-RAW-STORE"


def test_a_wide_row_far_down_is_refused_as_well(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order_id,paid_amount\n" + "A1,5\n" * 30_000 + "," * 5000)
    assert [issue.code for issue in of_place(store, path).loading.issues] == ["E-RAW-WIDE"]


def test_a_table_that_fits_nowhere_is_left_out_and_the_next_one_loaded(tmp_path: Path, store: Store) -> None:
    (tmp_path / "orders.csv").write_text("order_id,paid_amount\n" + "".join(f"{at:040d},{at}\n" for at in range(200_000)))
    (tmp_path / "org.csv").write_text("unit_id\nD01\n")
    store.run("SET memory_limit = '20MB'")
    store.run("SET max_temp_directory_size = '0MB'")
    found = of_place(store, tmp_path)
    assert [(issue.code, issue.args["place"]) for issue in found.loading.issues] == [("E-RAW-ROOM", tmp_path.name)]
    assert [each.table for each in found.loading.counts] == ["org"]
    assert store.number("SELECT count(*) FROM orders") == 0
