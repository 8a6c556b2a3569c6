"""Dirt on a company's exports: every kind of the cleaning rules, written down with the file, the line and what is expected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from tests.facts.company import schema
from tests.facts.company.exports import Export, Grid, headings, write
from tests.facts.company.world import USD

Row = dict[str, Any]
UNASSIGNED = "未归属"
INJECTION = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1:A9)", "-2+3")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True, slots=True)
class Stain:
    """One thing thrown in. A code is what the cleaning reports; without one the cell is simply read right."""

    file: str
    member: str
    line: int
    column: str
    kind: str
    code: str = ""
    outcome: str = "kept"       # kept, rejected, duplicate, subtotal or blank: where conservation counts the row


@dataclass(slots=True)
class Dirt:
    """The files in loading order, the ledger of stains, and the tables that cleaning must give back."""

    paths: list[Path]
    exports: list[Export]
    stains: list[Stain]
    clean: dict[str, pd.DataFrame]
    base_year: int              # of dates without one

    def rows_read(self, export: Export) -> int:
        """Rows below the headings, blank ones included."""
        return len(export.grid) - export.first + 1


@dataclass(slots=True)
class Line:
    """A row on its way into a file, with what was done to it."""

    cells: list[Any]
    stains: list[tuple[str, str, str, str]] = field(default_factory=list)     # column, kind, code, outcome


def dirty(tables: dict[str, pd.DataFrame], folder: Path, seed: int = 7) -> Dirt:
    """Write a company's tables as dirty exports into a folder."""
    soiler = Soiler(Random(seed), tables)
    exports = soiler.exports()
    return Dirt(write(folder, exports), exports, soiler.stains, soiler.clean, tables["calendar"]["date"].min().year)


def cell(column: str, value: Any) -> Any:
    """A clean cell as text a platform would write."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if column in schema.TIMES else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(Decimal(repr(value)).quantize(Decimal(1)) if value == int(value) else value) if isinstance(value, float) else str(value)


class Soiler:
    """Goes through the tables, one file after the other."""

    def __init__(self, chance: Random, tables: dict[str, pd.DataFrame]) -> None:
        self.chance, self.tables, self.clean = chance, tables, dict(tables)
        self.stains: list[Stain] = []
        self.injected = 0

    def exports(self) -> list[Export]:
        orders, made = self.tables["orders"], self.tables["orders"]["create_time"]
        months = sorted(day for day in self.tables["calendar"]["date"] if day.day == 1)
        begin, end = months[len(months) * 2 // 5], months[len(months) * 4 // 5]
        thirds = (made < begin, (made >= begin) & (made < end), made >= end)
        first, second, third = (self.orders(orders[third]) for third in thirds)
        self.stale(first, orders[thirds[1]])
        events, late = self.tables["events"], self.tables["events"]["event_time"] >= end
        done = [
            self.finish("订单_1.csv", "orders", first, encoding="utf-8-sig"),
            self.finish("orders_2.csv", "orders", second, encoding="gb18030", delimiter="\t"),
            self.orders_book(third),
            self.finish("order_items.csv.gz", "order_items", self.items()),
            self.finish("refunds.csv", "refunds", self.refunds(), encoding="gb18030", delimiter=";"),
            self.traffic_book(),
            self.finish("events_1.csv", "events", self.plain("events", events[~late], duplicates=True), chinese=False),
            self.finish("events_2_utc.csv", "events", self.utc(events[late]), chinese=False, time_zone="UTC"),
            self.ledger_book(),
            self.handoff_book(),
            self.finish("content.zip", "content", self.plain("content"), member="content.csv"),
            self.finish("content.zip", "content_daily", self.plain("content_daily"), member="content_daily.csv"),
            self.stock(),
            self.finish("milestones.csv", "milestones", self.percent_column()),
            self.finish("ratings.csv", "ratings", self.ratings()),
        ]
        roles = self.plain("role_history", soil=False)
        roles[0].cells[schema.columns("role_history").index("from_date")] = f"{months[0].month}月{months[0].day}日"
        roles[0].stains.append(("from_date", "no year", "ASSUMED_YEAR", "kept"))
        done.append(self.finish("role_history.csv", "role_history", roles))
        simple = set(self.tables) - {export.table for export in done}
        for number, name in enumerate(sorted(simple)):
            encoding, delimiter = (("utf-8", ","), ("gb18030", ";"), ("utf-8-sig", "\t"))[number % 3]
            lines = self.plain(name, soil=True, duplicates=len(self.tables[name]) > 20)
            done.append(self.finish(f"{name}.csv", name, lines, encoding=encoding, delimiter=delimiter))
        return done

    # --- rows ---------------------------------------------------------------------------------------------------------

    def records(self, name: str, frame: pd.DataFrame | None = None) -> list[Row]:
        rows: list[Row] = (self.tables[name] if frame is None else frame).astype(object).to_dict("records")
        return rows

    def line(self, name: str, row: Row) -> Line:
        return Line([cell(column, row[column]) for column in schema.columns(name)])

    def plain(self, name: str, frame: pd.DataFrame | None = None, soil: bool = True, duplicates: bool = False) -> list[Line]:
        """Every row of a table, one in thirty soiled so that it still says the same, a few twice."""
        lines = []
        for row in self.records(name, frame):
            lines.append(self.line(name, row))
            if soil and self.chance.random() < 1 / 30:
                self.soil(name, lines[-1])
            if duplicates and self.chance.random() < 1 / 150:
                lines.append(Line(list(lines[-1].cells), [("", "twice", "DUP_EXACT", "duplicate")]))
        return lines

    def soil(self, name: str, line: Line) -> None:
        """One soft stain: the cell looks different and means the same."""
        number = self.chance.choice([index for index, value in enumerate(line.cells) if isinstance(value, str) and value])
        column, value = schema.columns(name)[number], line.cells[number]
        way: Callable[[str], str]
        if schema.is_time(column):
            kind, way = self.chance.choice(DATE_STAINS)
        elif column in schema.BOOLEANS:
            kind, way = self.chance.choice(FLAG_STAINS)
        elif column in schema.NUMBERS:
            kind, way = self.chance.choice(NUMBER_STAINS)
        elif column == "period":
            kind, way = self.chance.choice(PERIOD_STAINS)
        else:
            kind, way = self.chance.choice(TEXT_STAINS)
        line.cells[number] = way(value)
        if line.cells[number] != value:
            line.stains.append((column, kind, "ASSUMED_CENTURY" if kind == "two-digit year" else "", "kept"))

    def wrong(self, name: str, row: Row, column: str, value: Any, kind: str, code: str, outcome: str = "rejected") -> Line:
        """A row of its own, with its own key, that is spoilt in one cell."""
        self.injected += 1
        key = schema.KEYS[name][-1]
        mine = self.line(name, row | {key: f"X{self.injected:05d}" if key.endswith("_id") else row[key]})
        mine.cells[schema.columns(name).index(column)] = value
        mine.stains.append((column, kind, code, outcome))
        return mine

    def scatter(self, lines: list[Line], more: list[Line]) -> list[Line]:
        for each in more:
            lines.insert(self.chance.randrange(len(lines) + 1), each)
        return lines

    # --- tables -------------------------------------------------------------------------------------------------------

    def orders(self, frame: pd.DataFrame) -> list[Line]:
        """Abroad in dollars; with impossible rows of every kind between the good ones."""
        dollars = frame["platform"] == "global"
        money = ["goods_amount", "discount_amount", "freight_amount", "paid_amount"]
        foreign = frame.assign(**{each: frame[each].where(~dollars, (frame[each] / USD).round(2)) for each in money})
        foreign = foreign.assign(currency=frame["currency"].where(~dollars, "USD"))
        lines = self.plain("orders", foreign, duplicates=True)
        sound = self.records("orders", frame[frame["sign_time"].notna() & ~dollars & frame["parent_order_id"].isna()])
        spoilt = [self.wrong("orders", self.chance.choice(sound), *each) for each in WRONG_ORDERS for _ in range(2)]
        for _ in range(3):
            row = self.chance.choice(sound)
            early = row["pay_time"] - timedelta(hours=3)
            spoilt.append(self.wrong("orders", row, "ship_time", cell("ship_time", early), "shipped before it was paid", "TIME_ORDER"))
        return self.scatter(lines, spoilt + self.orphans(sound))

    def orphans(self, sound: list[Row]) -> list[Line]:
        """Of a unit that nobody knows: kept, and shown as unassigned. Test orders, so that no indicator moves."""
        out = []
        for _ in range(2):
            row = self.chance.choice(sound) | {"is_test": True, "is_first_order": False}
            line = self.wrong("orders", row, "unit_id", "U99", "unknown unit", "ORPHAN", "kept")
            kept = row | {"order_id": line.cells[0], "unit_id": UNASSIGNED}
            new = pd.DataFrame([kept]).astype(self.clean["orders"].dtypes.to_dict())
            self.clean["orders"] = pd.concat([self.clean["orders"], new], ignore_index=True)
            out.append(line)
        return out

    def stale(self, earlier: list[Line], frame: pd.DataFrame) -> None:
        """Rows of a later file that stand in an earlier one with another amount: the later load is right."""
        rows = self.records("orders", frame[frame["platform"] != "global"])
        for row in self.chance.sample(rows, 3):
            line = self.line("orders", row | {"paid_amount": row["paid_amount"] + 11.11})
            line.stains.append(("paid_amount", "older version", "DUP_CONFLICT", "duplicate"))
            earlier.insert(self.chance.randrange(len(earlier)), line)

    def items(self) -> list[Line]:
        lines = self.plain("order_items", duplicates=True)
        row = self.records("order_items")[0]
        spoilt = []
        for number, (column, value, kind, code) in enumerate(WRONG_ITEMS):
            line = self.wrong("order_items", row | {"line_no": 90.0 + number}, column, value, kind, code)
            spoilt.append(line)
        return self.scatter(lines, spoilt)

    def refunds(self) -> list[Line]:
        row = self.records("refunds")[0]
        return self.scatter(self.plain("refunds", duplicates=True), [self.wrong("refunds", row, *each) for each in WRONG_REFUNDS])

    def utc(self, frame: pd.DataFrame) -> list[Line]:
        return self.plain("events", frame.assign(event_time=frame["event_time"] - timedelta(hours=8)), soil=False)

    def percent_column(self) -> list[Line]:
        """A rate written as 50 in every row: one decision for the column, told once."""
        frame = self.tables["milestones"]
        lines = self.plain("milestones", frame.assign(progress=frame["progress"] * 100), soil=False)
        lines[0].stains.append(("progress", "percent column", "RATE_UNIT_AUTO", "kept"))
        return lines

    def ratings(self) -> list[Line]:
        """Comments that a spreadsheet would run; text they are and stay."""
        lines, comments = self.plain("ratings"), {}
        place = schema.columns("ratings").index("comment")
        for number in self.chance.sample(range(len(lines)), 8):
            comments[number] = lines[number].cells[place] = self.chance.choice(INJECTION)
            lines[number].stains.append(("comment", "formula injection", "", "kept"))
        frame = self.clean["ratings"].reset_index(drop=True)
        self.clean["ratings"] = frame.assign(comment=pd.Series(comments).reindex(frame.index).astype("str"))
        return lines

    # --- files --------------------------------------------------------------------------------------------------------

    def finish(self, name: str, table: str, lines: list[Line], chinese: bool = True, first: int = 2, **more: Any) -> Export:
        """Set rows below one line of headings, and note where each stain came to lie."""
        export = Export(name, table, [headings(table, chinese)], first, **more)
        self.append(export, lines)
        return export

    def append(self, export: Export, lines: list[Line]) -> None:
        for line in lines:
            export.grid.append(line.cells)
            for column, kind, code, outcome in line.stains:
                self.stains.append(Stain(export.name, export.member, len(export.grid), column, kind, code, outcome))

    def orders_book(self, lines: list[Line]) -> Export:
        """A title, subtotals, a footnote, blank and hidden rows, headings again, and numbers for order numbers."""
        width = len(schema.columns("orders"))
        for line in self.chance.sample([line for line in lines if not line.stains], 4):
            lost = Line([float(line.cells[0][:18] if line.cells[0][:18].isdigit() else "202501010000000001"), *line.cells[1:]])
            lost.stains.append(("order_id", "number instead of text", "ID_PRECISION_LOST", "rejected"))
            lines.insert(self.chance.randrange(len(lines)), lost)
        strange = [
            Line(["合计"] + [""] * (width - 9) + ["123456.78"] + [""] * 7, [("", "total", "SUBTOTAL", "subtotal")]),
            Line(["小计"] + [""] * (width - 1), [("", "subtotal", "SUBTOTAL", "subtotal")]),
            Line(list(headings("orders")), [("", "headings again", "SUBTOTAL", "subtotal")]),
            Line([""] * width, [("", "blank", "", "blank")]),
        ]  # fmt: skip
        lines = self.scatter(lines, strange)
        lines.append(Line(["注：数据截至导出时刻", *[""] * (width - 1)], [("", "footnote", "SUBTOTAL", "subtotal")]))
        for line in lines:
            if all(outcome == "kept" for *_, outcome in line.stains):
                self.typed("orders", line)
        title: Grid = [["订单明细", *[""] * (width - 1)], headings("orders")]
        export = Export("订单_3.xlsx", "orders", title, 3, "订单")
        self.append(export, lines)
        export.hidden = sorted(self.chance.sample(range(3, len(export.grid)), 5))
        self.stains += [Stain(export.name, export.member, line, "", "hidden row") for line in export.hidden]
        return export

    def typed(self, name: str, line: Line) -> None:
        """Times and numbers as the cells of a workbook hold them, but for those that were soiled."""
        soiled = {column for column, *_ in line.stains}
        for place, column in enumerate(schema.columns(name)):
            value = line.cells[place]
            if value and column not in soiled and column in schema.NUMBERS:
                line.cells[place] = float(value)
            elif value and column not in soiled and schema.is_time(column):
                line.cells[place] = datetime.fromisoformat(value)

    def traffic_book(self) -> Export:
        """Headings in two rows, the date written once a day over merged cells, a subtotal below each tenth day."""
        columns = schema.columns("traffic_daily")
        over = {"item_pv": ("商品", "浏览量"), "item_uv": ("", "访客数")}
        names = dict(zip(columns, headings("traffic_daily"), strict=True))
        top = [over.get(column, (names[column], ""))[0] for column in columns]
        below = [over.get(column, ("", ""))[1] for column in columns]
        export = Export("流量日报.xlsx", "traffic_daily", [top, below], 3, "流量")
        export.merged.append((1, 1, columns.index("item_pv"), columns.index("item_uv")))
        frame = self.tables["traffic_daily"].sort_values(["date", "unit_id", "channel"])
        for number, (_, day) in enumerate(frame.groupby("date")):
            begin = len(export.grid) + 1
            lines = [self.line("traffic_daily", row) for row in self.records("traffic_daily", day)]
            for line in lines:
                self.typed("traffic_daily", line)
            self.append(export, lines)
            for row in export.grid[begin:]:
                row[0] = ""
            export.grid[begin - 1][0] = day["date"].iloc[0].to_pydatetime()
            if len(day) > 1:
                export.merged.append((begin, len(export.grid), 0, 0))
            self.stains.append(Stain(export.name, export.member, begin, "date", "merged dimension"))
            if number % 10 == 9:
                total = ["小计", *[""] * 4, *[cell("pv", float(day[each].sum())) for each in columns[5:]]]
                self.append(export, [Line(total, [("", "subtotal", "SUBTOTAL", "subtotal")])])
        return export

    def ledger_book(self) -> Export:
        """Amounts in ten thousands, as the heading says; account codes as numbers; some periods with two-digit years."""
        lines = self.plain("ledger", duplicates=True)
        amount, account = (schema.columns("ledger").index(each) for each in ("amount", "account_code"))
        clean = iter(self.tables["ledger"]["amount"])
        for line in lines:
            if not any(outcome == "duplicate" for *_, outcome in line.stains):
                yuan = next(clean)
            line.stains = [stain for stain in line.stains if stain[0] not in ("amount", "account_code")]
            line.cells[amount] = float(Decimal(str(yuan)) / 10000)
            code = str(line.cells[account]).strip("'\u3000 \u200b\ufeff")
            line.cells[account] = float(code) if code.isdigit() else code
        for line in self.chance.sample([line for line in lines if not line.stains], 3):
            line.cells[0] = dict(PERIOD_STAINS)["two-digit year"](line.cells[0])
            line.stains.append(("period", "two-digit year", "ASSUMED_CENTURY", "kept"))
        lines[0].stains.append(("amount", "unit in the heading", "", "kept"))
        lines[0].stains.append(("account_code", "number for a code", "", "kept"))
        return self.finish("总账.xlsx", "ledger", lines, member="总账")

    def handoff_book(self) -> Export:
        """Times as serial numbers of a workbook that counts from 1904."""
        rows = self.records("handoffs")
        lines = [Line(["" if pd.isna(row[c]) else row[c].to_pydatetime() if schema.is_time(c) else row[c] for c in schema.columns("handoffs")]) for row in rows]
        lines[0].stains.append(("due_time", "1904 workbook", "", "kept"))
        return self.finish("handoffs.xlsx", "handoffs", lines, member="交接", date_1904=True)

    def stock(self) -> Export:
        frame = self.tables["inventory_daily"]
        grid: Grid = [list(frame.columns), *frame.astype(object).to_numpy().tolist()]
        return Export("inventory_daily.parquet", "inventory_daily", grid, 2)


def ten_thousands(value: str) -> str:
    return f"{(Decimal(value) / 10000).normalize():f}万"


def grouped(value: str) -> str:
    return f"{Decimal(value):,}"


def day_of(value: str) -> tuple[datetime, str]:
    """A date and what follows it."""
    return datetime.strptime(value[:10], "%Y-%m-%d"), value[10:]


def slashes(value: str) -> str:
    day, rest = day_of(value)
    return f"{day.year}/{day.month}/{day.day}{rest}"


def chinese_date(value: str) -> str:
    day, rest = day_of(value)
    return f"{day.year}年{day.month}月{day.day}日{rest}"


NUMBER_STAINS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("full-width digits", lambda value: value.translate(FULL_WIDTH)),
    ("ten thousands", ten_thousands),
    ("thousands separator", grouped),
    ("spaces", lambda value: f"\u3000{value}\u00a0"),
)
DATE_STAINS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("slashes", slashes),
    ("Chinese date", chinese_date),
    ("dots", lambda value: value[:10].replace("-", ".") + value[10:]),
)
PERIOD_STAINS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("Chinese month", lambda value: f"{value[:4]}年{int(value[5:])}月" if len(value) == 7 else value),
    ("six digits", lambda value: value.replace("-", "")),
    ("two-digit year", lambda value: f"{value[2:4]}年{int(value[5:])}月" if len(value) == 7 else value),
)
FLAG_STAINS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("TRUE and FALSE", lambda value: "TRUE" if value == "是" else "FALSE"),
    ("1 and 0", lambda value: "1" if value == "是" else "0"),
    ("y and n", lambda value: "Y" if value == "是" else "N"),
)
TEXT_STAINS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("apostrophe", lambda value: f"'{value}"),
    ("zero width", lambda value: f"{value}\u200b"),
    ("byte order mark", lambda value: f"\ufeff{value}"),
    ("wide space", lambda value: f"\u3000{value}"),
)
WRONG_ORDERS = (
    ("order_id", "", "no order number", "MISSING_KEY"),
    ("order_id", "2.02401E+17", "order number in E-notation", "ID_PRECISION_LOST"),
    ("paid_amount", "abc", "letters for an amount", "BAD_NUMBER"),
    ("paid_amount", "1,2345", "groups of four", "BAD_NUMBER"),
    ("paid_amount", "#DIV/0!", "error of a cell", "EXCEL_ERROR"),
    ("paid_amount", "TRUE", "truth for an amount", "BAD_TYPE"),
    ("paid_amount", "inf", "infinite amount", "NON_FINITE"),
    ("paid_amount", "-20", "negative amount", "NEG_AMOUNT"),
    ("pay_time", "2024-02-30", "a day that never was", "BAD_DATE"),
    ("pay_time", "2031-01-01 00:00:00", "paid in the future", "FUTURE_DATE"),
    ("currency", "EUR", "no rate for the currency", "FX_MISSING"),
    ("currency", "ZZZ", "no such currency", "CURRENCY_UNKNOWN"),
)
WRONG_ITEMS = (
    ("qty", "-3", "negative quantity", "RANGE"),
    ("qty", "0", "quantity of nothing", "RANGE"),
    ("qty", "三件", "words for a quantity", "BAD_NUMBER"),
)
WRONG_REFUNDS = (
    ("type", "退一半", "unknown kind of refund", "BAD_ENUM"),
    ("responsibility", "天气", "unknown responsibility", "BAD_ENUM"),
    ("amount", "#N/A", "error of a cell", "EXCEL_ERROR"),
    ("success_time", "2024-13-01", "a month that never was", "BAD_DATE"),
)
