"""Workbooks for the tests: written by XlsxWriter, or by hand where no writer makes what is asked for."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

import xlsxwriter

from kpi_xl.model.grid import Scalar, TableGrid

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CHAIN = (
    b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="C6" i="2"/></calcChain>'
)

TARGETS = TableGrid(
    "tblTargets", "目标", 5, 1, ("period", "subject", "target", "key"),
    (("2024-05", "P01", 100.0, "k1"), ("2024-05", "P02", 0.25, "k2"), (None, None, None, None)), 3,
)
CARDS = TableGrid(
    "tblCards", "汇总排名", 5, 2, ("card", "total", "grade"),
    (("P01", 91.5, "A"), ("P02", 78.0, "B")), 2,
)


def plain_book(path: Path, tables: Iterable[TableGrid], cells: Mapping[tuple[str, int, int], Scalar]) -> Path:
    """A workbook with these tables and cells and the name ``k_card`` for B3 of 考核评分表."""
    with xlsxwriter.Workbook(path) as book:
        names = dict.fromkeys(("目标", "汇总排名", "考核评分表", *(table.sheet for table in tables)))
        sheets = {name: book.add_worksheet(name) for name in names}
        for table in tables:
            _add_table(sheets[table.sheet], table)
        for (sheet, row, column), value in cells.items():
            sheets[sheet].write(row - 1, column - 1, value)
        book.define_name("k_card", "=考核评分表!$B$3")
    return path


def _add_table(sheet: xlsxwriter.worksheet.Worksheet, table: TableGrid) -> None:
    top, left = table.row - 1, table.column - 1
    sheet.add_table(
        top, left, top + table.declared, left + len(table.header) - 1,
        {"name": table.name, "columns": [{"header": text} for text in table.header]},
    )
    for offset, line in enumerate(table.rows, start=1):
        for position, value in enumerate(line):
            if value is not None:
                sheet.write(top + offset, left + position, value)


MILESTONES = TableGrid(
    "tblMilestones", "里程碑", 5, 1, ("plan", "weight", "due", "key"),
    (("新仓上线", 0.4, datetime(2024, 5, 31), "新仓上线|P01"), ("试运行", 0.6, None, "试运行|P01")), 2,
)
"""What a donor brings; its keys look at a table of the book."""


def donor_book(path: Path) -> Path:
    """A workbook of one sheet to graft: formulas on the sheet itself and on 目标, a rule, prompts, a link, titles."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd", "bg_color": "#FFF8E1"})
        sheet = book.add_worksheet("里程碑")
        sheet.set_tab_color("#D9A400")
        sheet.freeze_panes(5, 1)
        sheet.repeat_rows(0, 4)
        sheet.write("A1", "里程碑", book.add_format({"bold": True}))
        sheet.write_url("A3", "internal:k_card", string="←")
        sheet.write_formula("B2", "='里程碑'!B6+B7", None, 1.0)
        _add_table(sheet, MILESTONES)
        sheet.write_datetime("C6", datetime(2024, 5, 31), day)
        for row in (6, 7):
            sheet.write_formula(f"D{row}", f"=A{row}&\"|\"&'目标'!$B$6", None, f"{MILESTONES.rows[row - 6][0]}|P01")
        sheet.data_validation("B6:B60", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1})
        red = book.add_format({"font_color": "#B42318", "num_format": '0.0"分"'})
        sheet.conditional_format("B6:B60", {"type": "cell", "criteria": ">", "value": 0.5, "format": red})
    return path


def rich_book(path: Path) -> Path:
    """What users put into their books: chart, picture, notes, rules, properties, macros and parts we never heard of."""
    with xlsxwriter.Workbook(path) as book:
        book.set_custom_property("部门", "电商")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
        targets, cards, form = (book.add_worksheet(name) for name in ("目标", "汇总排名", "考核评分表"))
        _add_table(targets, TARGETS)
        targets.write_datetime(1, 5, datetime(2024, 5, 1), day)
        targets.data_validation("C6:C60", {"validate": "decimal", "criteria": ">=", "value": 0})
        targets.write_comment("C6", "去年 80")
        targets.conditional_format("C6:C60", {"type": "data_bar"})
        _add_table(cards, CARDS)
        cards.write("B1", "排名", bold)
        cards.set_column("B:D", 14)
        cards.freeze_panes(5, 2)
        cards.conditional_format("C6:C40", {"type": "3_color_scale"})
        cards.write_comment("B6", "看这里")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=汇总排名!$C$6:$C$7", "categories": "=汇总排名!$B$6:$B$7"})
        cards.insert_chart("G2", chart)
        cards.insert_image("G20", "dot.png", {"image_data": io.BytesIO(png())})
        cards.print_area("A1:F40")
        form.write("B3", "P01")
        form.write_formula("B4", "=B3&\"!\"", None, "P01!")
        book.define_name("k_card", "=考核评分表!$B$3")
    return _with_foreign_parts(path)


def _with_foreign_parts(path: Path) -> Path:
    types = lambda xml: xml.replace(  # noqa: E731  (one line beside its two brothers)
        b"</Types>",
        b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        b'<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.calcChain+xml"/></Types>',
    )
    relations = f'<Relationship Id="rId77" Type="{RELATIONS}/calcChain" Target="calcChain.xml"/></Relationships>'
    return edited(
        path, path,
        {
            "[Content_Types].xml": types,
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"</Relationships>", relations.encode()),
        },
        {
            "customXml/item1.xml": "<部门>电商</部门>".encode(),
            "xl/vbaProject.bin": bytes(range(256)) * 9,
            "foreign/unknown.dat": b"\0\1\2 never seen before",
            "xl/calcChain.xml": _CHAIN,
        },
    )


def edited(
    source: Path,
    target: Path,
    changes: Mapping[str, Callable[[bytes], bytes]],
    additions: Mapping[str, bytes] | None = None,
) -> Path:
    """Another zip with some parts passed through a function and some parts more."""
    with zipfile.ZipFile(source) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts[name])
    return zipped(target, {**parts, **(additions or {})})


def zipped(target: Path, parts: Mapping[str, bytes]) -> Path:
    """A zip file of these parts."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(zipfile.ZipInfo(name, (2024, 5, 1, 12, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return target


def raw_members(path: Path) -> dict[str, bytes]:
    """Local header and packed data of every member, as they lie in the file."""
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        spans = [(info.filename, info.header_offset) for info in archive.infolist()]
        ends = [*sorted(offset for _, offset in spans), archive.start_dir]
    return {name: data[offset : ends[ends.index(offset) + 1]] for name, offset in spans}


def handmade(
    target: Path,
    rows: str,
    *,
    prefix: str = "",
    workbook: str = "xl/workbook.xml",
    styles: str = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
    ref: str = "A1:C4",
    is_1904: bool = False,
    strings: str = "",
) -> Path:
    """A workbook of one sheet with the table ``tblHand``; `rows` and `styles` are XML without a prefix.

    With a `prefix`, every element of the main namespace carries it, as some .NET libraries write.
    """
    folder = workbook.rpartition("/")[0]
    p = f"{prefix}:" if prefix else ""
    space = f'xmlns{":" + prefix if prefix else ""}="{MAIN}" xmlns:r="{RELATIONS}"'

    def main(name: str, inside: str) -> bytes:
        body = re.sub(r"<(/?)(?=\w)", rf"<\1{p}", inside)
        return f'<?xml version="1.0" encoding="UTF-8"?><{p}{name} {space}>{body}</{p}{name}>'.encode()

    def relations(*items: tuple[str, str]) -> bytes:
        lines = (
            f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{goal}"/>'
            for number, (kind, goal) in enumerate(items, start=1)
        )
        return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'.encode()

    columns = "".join(f'<tableColumn id="{n}" name="h{n}"/>' for n in range(1, 4))
    table = main("table", f'<autoFilter ref="{ref}"/><tableColumns count="3">{columns}</tableColumns>')
    properties = '<workbookPr date1904="1"/>' if is_1904 else ""
    return zipped(
        target,
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>'.encode(),
            "_rels/.rels": relations(("officeDocument", workbook)),
            workbook: main("workbook", f'{properties}<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'),
            f"{folder}/_rels/{workbook.rpartition('/')[2]}.rels": relations(
                ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "strings.xml")
            ),
            f"{folder}/styles.xml": main("styleSheet", styles),
            f"{folder}/strings.xml": main("sst", strings),
            f"{folder}/worksheets/sheet1.xml": main("worksheet", f"<sheetData>{rows}</sheetData>"),
            f"{folder}/worksheets/_rels/sheet1.xml.rels": relations(("table", "../tables/table1.xml")),
            f"{folder}/tables/table1.xml": table.replace(
                f"<{p}table ".encode(), f'<{p}table id="1" name="tblHand" displayName="tblHand" ref="{ref}" '.encode()
            ),
        },
    )


def png() -> bytes:
    """A picture of one red dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">2I5B", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
