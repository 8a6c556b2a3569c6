"""The styles part: cell formats by the name of their cell style, and the formats that show a date."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from kpi_xl.hosts.ooxml.xmlpart import children
from kpi_xl.hosts.serials import is_built_in_date, is_date_format

_LOOKS = ("numFmtId", "fontId", "fillId", "borderId")


def style_formats(styles: Element) -> dict[str, int]:
    """Index of the cell format (what a cell's ``s`` says) that stands for each named cell style.

    Several formats may build on one style, when a user changed single cells; the one that looks exactly like the
    style stands for it, else the first. A style that no format uses has none.
    """
    bases = list(children(styles, "cellStyleXfs", "xf"))
    formats = list(children(styles, "cellXfs", "xf"))
    found: dict[str, int] = {}
    for style in children(styles, "cellStyles", "cellStyle"):
        index = _format_of(int(style.get("xfId", "0")), bases, formats)
        if index is not None:
            found[style.get("name", "")] = index
    return found


def date_formats(styles: Element) -> frozenset[int]:
    """Indexes of the cell formats whose numbers are calendar dates."""
    custom = {
        int(item.get("numFmtId", "0")): item.get("formatCode", "") for item in children(styles, "numFmts", "numFmt")
    }
    return frozenset(
        index
        for index, item in enumerate(children(styles, "cellXfs", "xf"))
        if _shows_date(int(item.get("numFmtId", "0")), custom)
    )


def _format_of(base: int, bases: list[Element], formats: list[Element]) -> int | None:
    candidates = [index for index, item in enumerate(formats) if int(item.get("xfId", "0")) == base]
    if base < len(bases):
        wanted = _look(bases[base])
        exact = [index for index in candidates if _look(formats[index]) == wanted]
        candidates = exact or candidates
    return candidates[0] if candidates else None


def _look(item: Element) -> tuple[str, ...]:
    return tuple(item.get(name, "0") for name in _LOOKS)


def _shows_date(number_format: int, custom: Mapping[int, str]) -> bool:
    code = custom.get(number_format)
    return is_built_in_date(number_format) if code is None else is_date_format(code)
