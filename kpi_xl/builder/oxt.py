"""The extension for LibreOffice Calc: toolbar, menu and doorbell from the one table of buttons, as one zip of text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from kpi_xl.book.ribbon import BUTTONS, Button
from kpi_xl.labels import LANGS, label

IDENTITY = "org.kpi_xl.office"
BELL = f"{IDENTITY}.Bell"
COMPONENT = "kpi_xl_bell.py"
TOOLBAR = f"addon_{IDENTITY}.toolbar"
NOT_HERE = ("self_test",)
"""Buttons that are about Excel alone."""
OLDEST_PYTHON = (3, 11)
LOCALES = {"zh": "zh-CN", "en": "en-US"}
_CONFIGURATION = "application/vnd.sun.star.configuration-data"
_CALC = "com.sun.star.sheet.SpreadsheetDocument"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DATA = (
    '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'oor:package="{package}" oor:name="{name}">\n{body}</oor:component-data>\n'
)


def build_oxt(path: Path) -> None:
    """Write the extension; the same text gives the same bytes.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    path.write_bytes(oxt_bytes())


def oxt_bytes() -> bytes:
    """The extension as the bytes of its file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _parts().items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, text.encode())
    return stream.getvalue()


def buttons() -> tuple[Button, ...]:
    """The buttons that LibreOffice gets, in their order."""
    return tuple(button for button in BUTTONS if button.key not in NOT_HERE)


def _parts() -> Mapping[str, str]:
    return {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        **{f"about.{lang}.txt": label("office", "about", lang) + "\n" for lang in LANGS},
        "Addons.xcu": _addons(),
        "CalcWindowState.xcu": _window_state(),
        COMPONENT: _component(),
    }


def _manifest() -> str:
    kinds = {
        COMPONENT: "application/vnd.sun.star.uno-component;type=Python",
        "Addons.xcu": _CONFIGURATION,
        "CalcWindowState.xcu": _CONFIGURATION,
    }
    entries = "".join(
        f'  <manifest:file-entry manifest:media-type="{kind}" manifest:full-path="{name}"/>\n'
        for name, kind in kinds.items()
    )
    return f'{_XML}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{entries}</manifest:manifest>\n'


def _description() -> str:
    names = "".join(f'    <name lang="{lang}">{escape(label("ribbon", "tab", lang))}</name>\n' for lang in LANGS)
    abouts = "".join(f'    <src lang="{lang}" xlink:href="about.{lang}.txt"/>\n' for lang in LANGS)
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f'  <identifier value="{IDENTITY}"/>\n  <version value="{version("kpi-xl")}"/>\n'
        f"  <display-name>\n{names}  </display-name>\n"
        f"  <extension-description>\n{abouts}  </extension-description>\n</description>\n"
    )


def _addons() -> str:
    toolbar = _node(f"{IDENTITY}.toolbar", _rows("t"), is_new=True)
    menu = _node(f"{IDENTITY}.menu", _tab() + _property("Context", _CALC) + _node("Submenu", _rows("m")), is_new=True)
    body = _node("AddonUI", _node("OfficeToolBar", toolbar) + _node("OfficeMenuBar", menu))
    return _XML + _DATA.format(package="org.openoffice.Office", name="Addons", body=body)


def _rows(letter: str) -> str:
    """Buttons in their groups, a line between two groups; LibreOffice orders them by the names of their nodes."""
    rows = [
        row
        for number, (_, group) in enumerate(groupby(buttons(), key=lambda button: button.group))
        for row in [*([_property("URL", "private:separator")] if number else []), *map(_item, group)]
    ]
    return "".join(_node(f"{letter}{number:02}", row, is_new=True) for number, row in enumerate(rows))


def _item(button: Button) -> str:
    return (
        _property("Context", _CALC)
        + _property("URL", f"service:{BELL}?{button.key}")
        + _spoken("Title", {lang: label("ribbon", f"button.{button.key}", lang) for lang in LANGS})
        + _property("Target", "_self")
    )


def _tab() -> str:
    return _spoken("Title", {lang: label("ribbon", "tab", lang) for lang in LANGS})


def _window_state() -> str:
    """Without it the toolbar would not be there at the first start, or float over the cells."""
    state = (
        _spoken("UIName", {lang: label("ribbon", "tab", lang) for lang in LANGS})
        + _typed("Docked", "boolean", "true")
        + _typed("DockingArea", "int", "0")
        + _typed("DockPos", "string", "0,2")
        + _typed("Visible", "boolean", "true")
    )
    toolbar = _node(f"private:resource/toolbar/{TOOLBAR}", state, is_new=True)
    body = _node("UIElements", _node("States", toolbar))
    return _XML + _DATA.format(package="org.openoffice.Office.UI", name="CalcWindowState", body=body)


def _component() -> str:
    text = files("kpi_xl.builder").joinpath("office", "bell.txt").read_text(encoding="utf-8")
    said = ("title", "python", "package")
    words = {key: {lang: label("office", f"bell.{key}", lang) for lang in LANGS} for key in said}
    given = {"{name}": BELL, "{oldest}": repr(OLDEST_PYTHON), "{words}": ascii(words)}
    for name, value in given.items():
        text = text.replace(name, value)
    return text


def _node(name: str, inside: str, *, is_new: bool = False) -> str:
    operation = ' oor:op="replace"' if is_new else ""
    return f"<node oor:name={quoteattr(name)}{operation}>\n{inside}</node>\n"


def _property(name: str, value: str) -> str:
    return _typed(name, "string", value)


def _typed(name: str, kind: str, value: str) -> str:
    return f'<prop oor:name="{name}" oor:type="xs:{kind}"><value>{escape(value)}</value></prop>\n'


def _spoken(name: str, words: Mapping[str, str]) -> str:
    values = "".join(_value(lang, text) for lang, text in words.items())
    return f'<prop oor:name="{name}" oor:type="xs:string">{values}</prop>\n'


def _value(lang: str, text: str) -> str:
    return f'<value xml:lang="{LOCALES[lang]}">{escape(text)}</value>'
