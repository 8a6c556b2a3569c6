"""The look, as cell styles with names: who writes a cell decides its colour, what it holds its number format.

A style is found again by its name in any workbook, whatever office saved it last, so a user may restyle
the book and scoring keeps the new look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kpi_xl.labels import Lang

INK, MUTED, HAIRLINE = "#1F2A37", "#6B7280", "#D1D5DB"
HEADER, BAND = "#1E3A5F", "#EAF0F7"
INPUT_FILL, INPUT_INK, VALUE_FILL = "#FFF8E1", "#1F4E9E", "#F3F4F6"
GOOD, BAD, WARNING = "#1B7F5C", "#B42318", "#B7791F"
FONTS: Mapping[Lang, str] = {"zh": "微软雅黑", "en": "Calibri"}

Look = dict[str, Any]

NUMBER_STYLES: Mapping[str, Look] = {
    "text": {"align": "left"},
    "long": {"align": "left", "text_wrap": True, "valign": "top"},
    "code": {"align": "center"},
    "int": {"num_format": "#,##0", "align": "right"},
    "num": {"num_format": "#,##0.00####", "align": "right"},
    "any": {"align": "left"},
    "open": {"num_format": '[>=1E+299]"+∞";[<=-1E+299]"−∞";#,##0.00####', "align": "right"},
    "pct": {"num_format": "0.00%", "align": "right"},
    "weight": {"num_format": "0%", "align": "right"},
    "weight4": {"num_format": "0.0000", "align": "right"},
    "score": {"num_format": "0.00", "align": "right"},
    "total": {"num_format": "0.00", "align": "right", "bold": True},
    "delta": {"num_format": "+0.00;-0.00;0.00", "align": "right"},
    "coef": {"num_format": "0.00##", "align": "right"},
    "grade": {"align": "center", "bold": True},
    "flag": {"align": "center", "bold": True},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
}
OWNERS: Mapping[str, Look] = {
    "input": {"bg_color": INPUT_FILL, "font_color": INPUT_INK, "locked": False},
    "calc": {},
    "value": {"bg_color": VALUE_FILL},
}
TYPED_TEXT = ("text", "long", "code")
"""Input styles held as text, or an office turns 2026-03 into a date."""
BOX: Look = {"border": 1, "border_color": HAIRLINE, "valign": "vcenter", "font_size": 10, "font_color": INK}
PLAIN: Look = {"valign": "vcenter", "font_size": 10, "font_color": INK}


def looks() -> Mapping[str, Look]:
    """Every cell style by name."""
    return dict(_looks())


def _looks() -> Iterator[tuple[str, Look]]:
    for owner, colours in OWNERS.items():
        for style, number in NUMBER_STYLES.items():
            typed = {"num_format": "@"} if owner == "input" and style in TYPED_TEXT else {}
            yield f"kpi {owner} {style}", {**BOX, **number, **colours, **typed}
    yield "kpi text", {**PLAIN, "num_format": "@"}
    yield "kpi title", {**PLAIN, "font_size": 14, "bold": True}
    yield "kpi message", {**PLAIN, "font_size": 11, "bold": True, "font_color": HEADER}
    yield "kpi note", {**PLAIN, "font_size": 9, "font_color": MUTED}
    yield "kpi note wrap", {**PLAIN, "font_size": 9, "font_color": MUTED, "text_wrap": True, "valign": "top"}
    yield (
        "kpi section",
        {**PLAIN, "font_size": 11, "bold": True, "font_color": HEADER, "bottom": 1, "bottom_color": HEADER},
    )
    yield "kpi check", {**PLAIN, "bold": True}
    yield "kpi link", {**PLAIN, "font_color": INPUT_INK, "underline": 1}
    yield "kpi lamp", {**PLAIN, "align": "center", "bold": True, "font_size": 12}
    yield "kpi head", {
        **BOX, "bold": True, "font_color": "#FFFFFF", "bg_color": HEADER, "text_wrap": True, "align": "center",
    }  # fmt: skip
    yield "kpi label", {**PLAIN, "font_size": 9, "font_color": MUTED}
    yield "kpi field", {**PLAIN, "bold": True, "align": "left"}
    yield "kpi helper", {**PLAIN, "font_size": 9, "font_color": MUTED, "align": "left"}
    yield "kpi row text", {**PLAIN, "bottom": 1, "bottom_color": HAIRLINE, "text_wrap": True}
    yield "kpi row muted", {
        **PLAIN, "bottom": 1, "bottom_color": HAIRLINE, "text_wrap": True, "font_size": 9, "font_color": MUTED,
        "align": "left", "indent": 1,
    }  # fmt: skip
    yield "kpi row code", {**PLAIN, "bottom": 1, "bottom_color": HAIRLINE, "align": "center"}
    for style in ("num", "pct", "weight", "score"):
        yield f"kpi row {style}", {**PLAIN, "bottom": 1, "bottom_color": HAIRLINE, **NUMBER_STYLES[style]}
    for style in ("weight", "score"):
        yield (
            f"kpi row bold {style}",
            {**PLAIN, "bottom": 1, "bottom_color": HAIRLINE, "bold": True, **NUMBER_STYLES[style]},
        )
    for style in ("text", "weight", "score"):
        yield f"kpi band {style}", {**PLAIN, "bg_color": BAND, "bold": True, **NUMBER_STYLES[style]}
        strong = {"top": 2, "top_color": HEADER, "bg_color": BAND, "bold": True}
        yield f"kpi sum {style}", {**PLAIN, **strong, **NUMBER_STYLES[style]}
    yield "kpi strip label", {
        **PLAIN, "font_size": 9, "font_color": MUTED, "top": 2, "top_color": HEADER, "align": "center",
    }  # fmt: skip
    strip: Look = {**PLAIN, "font_size": 14, "bold": True, "align": "center", "bottom": 1, "bottom_color": HEADER}
    yield "kpi strip", {**strip, "num_format": "0.00"}
    yield "kpi strip int", {**strip, "num_format": "0"}
    yield "kpi strip coef", {**strip, "num_format": "0.00##"}
    yield "kpi strip delta", {**strip, "num_format": "+0.00;-0.00;0.00"}
    yield "kpi strip text", {**strip, "font_size": 10, "text_wrap": True}
    yield "kpi big", {**strip, "font_size": 28, "font_color": HEADER, "num_format": "0.00"}
    yield "kpi sign", {**PLAIN, "font_size": 9, "top": 1, "top_color": MUTED, "valign": "top"}


def named_styles(styles_xml: str, indexes: Mapping[str, int]) -> str:
    """styles.xml with a named cell style for each of our formats.

    XlsxWriter knows formats but no named styles: each cell format `indexes[name]` gets a twin among the style
    formats, a name for it, and a pointer from the one to the other.
    """
    head, cells, tail = _split(styles_xml, "cellXfs")
    formats = re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", cells, re.DOTALL)
    twins: list[str] = []
    names: list[str] = []
    for number, (name, index) in enumerate(indexes.items(), start=1):
        plain = re.sub(r' xfId="\d+"', ' xfId="0"', formats[index])
        twins.append(plain.replace(' xfId="0"', ""))
        names.append(f'<cellStyle name="{name}" xfId="{number}"/>')
        mine = plain.replace('xfId="0"', f'xfId="{number}"')
        if formats[index] == plain:
            formats[index] = mine
        else:  # two styles that look alike share one format until here
            formats.append(mine)
    text = f'{head}<cellXfs count="{len(formats)}">{"".join(formats)}</cellXfs>{tail}'
    text = _append(text, "cellStyleXfs", twins)
    return _append(text, "cellStyles", names)


def _split(text: str, element: str) -> tuple[str, str, str]:
    match = re.search(rf"<{element}[^>]*>(.*?)</{element}>", text, re.DOTALL)
    if match is None:
        raise ValueError(element)
    return text[: match.start()], match[1], text[match.end() :]


def _append(text: str, element: str, more: list[str]) -> str:
    head, inner, tail = _split(text, element)
    count = len(re.findall(r"<(?:xf|cellStyle) ", inner)) + len(more)
    return f'{head}<{element} count="{count}">{inner}{"".join(more)}</{element}>{tail}'
