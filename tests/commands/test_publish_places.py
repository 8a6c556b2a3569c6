"""A published book says which files its numbers are from, and not in whose folder or by whose password."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_xl.book.raw_sheets.places_shown import shown_place
from kpi_xl.commands.adding import add_sheet
from kpi_xl.commands.publish import publish
from kpi_xl.commands.refreshing import refresh
from kpi_xl.commands.score import score
from kpi_xl.commands.seal import verify_seal
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import label
from kpi_xl.model.grid import Scalar
from tests.commands.conftest import CopyBook
from tests.commands.packages import parts_of

HEAD = "订单编号,考核单位,下单时间,付款时间,实付金额"


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("/home/lisi/桌面/orders.csv", "orders.csv"),
        (r"C:\Users\lisi\Desktop\原始数据", "原始数据"),
        ("~/raw/", "raw"),
        ("orders.csv", "orders.csv"),
        ("postgres://lisi:geheim@db.example:5432/shop?sslkey=/home/lisi/key", "postgres://db.example:5432"),
        ("postgres://lisi:ge/he@im@db.example/shop", "postgres://db.example"),
        ("postgres://lisi:geheim?@db.example/shop", "postgres://"),
        ("postgres://db.example/shop?user=lisi&mail=a@b", "postgres://"),
        ("duckdb:///home/lisi/shop.duckdb", "duckdb://shop.duckdb"),
    ],
)
def test_what_others_see_of_a_place(place: str, shown: str) -> None:
    assert shown_place(place) == shown


def test_no_part_of_a_published_file_names_the_folder(copy_book: CopyBook, tmp_path: Path) -> None:
    folder = tmp_path / "lisi-geheim"
    folder.mkdir()
    rows = "A1,D01,2026-03-01,2026-03-31 10:00:00,100"
    (folder / "orders.csv").write_text(f"{HEAD}\n{rows}", encoding="utf-8")
    path = copy_book(scored=True)
    sources: list[dict[str, Scalar]] = [
        {"table": "orders", "place": str(folder / "orders.csv"), "active": "Y"},       # called by its place
        {"source": "仓库", "place": "postgres://lisi-geheim:geheim@db.example/shop", "kind": "url", "active": "N"},
        {"source": "目录", "kind": "folder", "place": r"D:\lisi-geheim\raw", "mapping": str(folder / "m.toml"), "active": "N"},
    ]  # fmt: skip
    add_sheet(FileHost(path), "sources", "zh", {"tblSources": sources})
    refresh(FileHost(path))
    assert score(FileHost(path)).is_done
    receipt = publish(path)
    assert receipt.is_done, receipt.issues
    (file,) = map(Path, receipt.facts["files"])  # type: ignore[call-overload]
    assert any(b"lisi-geheim" in part for part in parts_of(path).values())
    assert [name for name, part in parts_of(file).items() if b"geheim" in part] == []
    grid = FileHost(file).tables()["tblSources"]
    at = grid.header.index(label("columns", "tblSources.place", "zh"))
    assert [row[at] for row in grid.rows if row[at]] == ["orders.csv", "postgres://db.example", "raw"]
    assert verify_seal(file).facts["intact"]
