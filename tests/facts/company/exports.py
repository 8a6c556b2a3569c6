"""The files in which a company's raw data arrive: headings, encodings, sheets. No dirt here; that is thrown in before."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from tests.facts.company import schema

Cell = Any
Grid = list[list[Cell]]

HEADINGS: dict[str, dict[str, str]] = {
    "orders": {
        "order_id": "订单编号", "parent_order_id": "父订单", "buyer_id": "买家会员名", "create_time": "下单时间",
        "pay_time": "付款时间", "ship_time": "发货时间", "sign_time": "签收时间", "paid_amount": "买家实际支付金额",
        "goods_amount": "商品总价", "discount_amount": "优惠金额", "freight_amount": "运费",
    },
    "order_items": {"order_id": "主订单编号", "qty": "购买数量", "sku_id": "商家编码"},
    "refunds": {"order_id": "订单号", "success_time": "退款完结时间", "amount": "买家退款金额", "qty": "件数"},
    "traffic_daily": {"uv": "访客数", "pv": "浏览量", "clicks": "点击量", "impressions": "展现量", "cost": "花费"},
    "ledger": {"account_code": "科目编码", "amount": "本期发生额(万元)"},
    "marketing": {"cost": "推广费"},
    "tickets": {"first_response_time": "首次响应时间"},
}  # fmt: skip
"""Chinese headings out of the shipped aliases; a column without one keeps its canonical name."""


@dataclass(slots=True)
class Export:
    """One file, or one sheet or member of it; `line` of a row counts from 1 as a person sees it."""

    name: str
    table: str
    grid: Grid
    first: int                          # line of the first row below the headings
    member: str = ""                    # sheet of a workbook, file in an archive
    encoding: str = "utf-8"
    delimiter: str = ","
    time_zone: str = "Asia/Shanghai"
    date_1904: bool = False
    hidden: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)   # first line, last line, first column, last column


def heading(table: str, column: str, chinese: bool = True) -> str:
    return HEADINGS.get(table, {}).get(column, column) if chinese else column


def headings(table: str, chinese: bool = True) -> list[Cell]:
    return [heading(table, column, chinese) for column in schema.columns(table)]


def write(folder: Path, exports: Sequence[Export]) -> list[Path]:
    """Write every file of a load, in the order in which they are loaded."""
    paths = []
    for name in dict.fromkeys(export.name for export in exports):
        parts = [export for export in exports if export.name == name]
        path = folder / name
        if name.endswith(".xlsx"):
            workbook(path, parts)
        elif name.endswith(".parquet"):
            parquet(path, parts[0])
        else:
            path.write_bytes(archive(parts) if name.endswith(".zip") else packed(name, parts[0]))
        paths.append(path)
    return paths


def text(export: Export) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=export.delimiter, lineterminator="\n").writerows(export.grid)
    return out.getvalue().encode(export.encoding)


def packed(name: str, export: Export) -> bytes:
    return gzip.compress(text(export), mtime=0) if name.endswith(".gz") else text(export)


def archive(parts: Sequence[Export]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for part in parts:
            bundle.writestr(zipfile.ZipInfo(part.member), text(part))
    return out.getvalue()


def parquet(path: Path, export: Export) -> None:
    columns, *rows = export.grid
    frame = pd.DataFrame(rows, columns=columns)
    frame.assign(date=pd.to_datetime(frame["date"]).astype("datetime64[us]")).to_parquet(path, index=False)


def workbook(path: Path, parts: Sequence[Export]) -> None:
    with xlsxwriter.Workbook(path, {"date_1904": parts[0].date_1904, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2025, 4, 1)})
        stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for part in parts:
            sheet = book.add_worksheet(part.member)
            for line, row in enumerate(part.grid):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(line, column, cell, stamp)
                    elif cell is not None and cell != "":
                        sheet.write(line, column, cell)
            for line in part.hidden:
                sheet.set_row(line - 1, None, None, {"hidden": True})
            for top, bottom, left, right in part.merged:
                held = part.grid[top - 1][left]
                sheet.merge_range(top - 1, left, bottom - 1, right, held, stamp if isinstance(held, datetime) else None)
