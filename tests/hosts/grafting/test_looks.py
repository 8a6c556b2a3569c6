"""The formats of a donor by the names of their styles, in whatever styles part they come to."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font, NamedStyle, PatternFill

from kpi_xl.builder.styles import named_styles
from kpi_xl.hosts.grafting.looks import Looks
from kpi_xl.hosts.ooxml.cellstyles import style_formats
from kpi_xl.hosts.ooxml.package import package_from, read_part
from kpi_xl.hosts.ooxml.xmlpart import children


def ours(path: Path) -> bytes:
    """Styles of a donor: an input of dates and one of rates, each with a named style."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd", "bg_color": "#FFF8E1"})
        rate = book.add_format({"num_format": '0.00"%"', "font_color": "#1F4E9E", "border": 1})
        sheet = book.add_worksheet()
        sheet.write(0, 0, 1, day)
        sheet.write(0, 1, 1, rate)
        indexes = {"kpi day": day._get_xf_index(), "kpi rate": rate._get_xf_index()}
    return named_styles(read_part(package_from("", path.read_bytes()), "xl/styles.xml").decode(), indexes).encode()


def theirs(path: Path, *styles: NamedStyle) -> bytes:
    """Styles of somebody's book, as openpyxl saves them."""
    book = openpyxl.Workbook()
    for row, style in enumerate(styles, start=1):
        book.active.cell(row, 1, 1.5).style = style
    book.active.cell(9, 9, 2.5).number_format = '0.00"%"'
    book.save(path)
    return read_part(package_from("", path.read_bytes()), "xl/styles.xml")


@pytest.fixture
def donor(tmp_path: Path) -> bytes:
    return ours(tmp_path / "donor.xlsx")


def test_a_style_that_the_book_has_is_the_books_own(donor: bytes, tmp_path: Path) -> None:
    restyled = NamedStyle("kpi day", fill=PatternFill("solid", fgColor="FF00FF00"), font=Font(name="宋体"))
    book = theirs(tmp_path / "book.xlsx", restyled)
    looks = Looks(book, donor)
    index = looks.format(style_formats(fromstring(donor))["kpi day"])
    assert index == style_formats(fromstring(book))["kpi day"]
    assert looks.part() == book


def test_a_style_that_it_lacks_is_added_once_and_found_again(donor: bytes, tmp_path: Path) -> None:
    book = theirs(tmp_path / "book.xlsx")
    looks = Looks(book, donor)
    rate = style_formats(fromstring(donor))["kpi rate"]
    assert looks.format(rate) == looks.format(rate)
    grown = looks.part()
    assert style_formats(fromstring(grown))["kpi rate"] == looks.format(rate)
    again = Looks(grown, donor)
    assert (again.format(rate), again.part()) == (looks.format(rate), grown)
    codes = [item.get("formatCode") for item in children(fromstring(grown), "numFmts", "numFmt")]
    assert codes == ['0.00"%"'], "the number format was there, under a number of its own"


def test_a_style_that_no_cell_shows_is_shown_from_now_on(donor: bytes, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.add_named_style(NamedStyle("kpi rate", font=Font(color="FF112233")))
    book.save(tmp_path / "book.xlsx")
    styles = read_part(package_from("", (tmp_path / "book.xlsx").read_bytes()), "xl/styles.xml")
    looks = Looks(styles, donor)
    index = looks.format(style_formats(fromstring(donor))["kpi rate"])
    grown = fromstring(looks.part())
    formats = list(children(grown, "cellXfs", "xf"))
    fonts = list(children(grown, "fonts", "font"))
    colour = next(children(fonts[int(formats[index].get("fontId", "0"))], "color"))
    assert colour.get("rgb") == "FF112233"
    assert [item.get("name") for item in children(grown, "cellStyles", "cellStyle")].count("kpi rate") == 1


def test_counts_say_what_the_lists_hold(donor: bytes, tmp_path: Path) -> None:
    looks = Looks(theirs(tmp_path / "book.xlsx"), donor)
    for index in style_formats(fromstring(donor)).values():
        looks.format(index)
    for stated in fromstring(looks.part()):
        if stated.get("count") is not None:
            assert int(stated.get("count", "")) == len(list(stated)), stated.tag
