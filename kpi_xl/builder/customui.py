"""The ribbon as customUI parts, in both versions of the format, and how a package points to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from kpi_xl.book.ribbon import BUTTONS, GROUPS, Button
from kpi_xl.labels import LANGS, Lang, label

_EXTENSIBILITY = "http://schemas.microsoft.com/office/{year}/relationships/ui/extensibility"
NAMESPACES = {
    "customUI/customUI14.xml": "http://schemas.microsoft.com/office/2009/07/customui",
    "customUI/customUI.xml": "http://schemas.microsoft.com/office/2006/01/customui",
}
"""Namespace by part. Excel 2010 and later read the first; the second is the one that openpyxl leaves in its place."""
RELATIONS = {
    "customUI/customUI14.xml": _EXTENSIBILITY.format(year=2007),
    "customUI/customUI.xml": _EXTENSIBILITY.format(year=2006),
}
"""Relationship type by part."""
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*?(?:/>|>\s*</(?:\w+:)?Relationship>)")
_END = re.compile(r"</(\w+:)?Relationships>")
_EMPTY = re.compile(r"<(\w+:)?Relationships\b([^>]*)/>")


def ribbon_parts(langs: Sequence[Lang]) -> Mapping[str, bytes]:
    """Both customUI parts by name; with two languages, each tab asks VBA whether it is to be seen."""
    return {part: _custom_ui(namespace, langs).encode() for part, namespace in NAMESPACES.items()}


def shown_by(lang: Lang) -> str:
    """Name of the VBA procedure that says whether the tab of a language is to be seen."""
    return f"KpiShow{lang.capitalize()}"


def with_relations(rels: bytes, parts: Sequence[str]) -> bytes:
    """The package's relationships with one to each of these ribbon parts, in place of what stood for it.

    Everything else keeps its bytes.
    """
    text = _EMPTY.sub(r"<\1Relationships\2></\1Relationships>", rels.decode("utf-8"))
    wanted = {RELATIONS[part] for part in parts}
    text = _RELATION.sub(lambda found: "" if _kind(found[0]) in wanted else found[0], text)
    added = "".join(
        f'<\\1Relationship Id="{_id(part)}" Type="{RELATIONS[part]}" Target="{part}"/>' for part in parts
    )
    return _END.sub(f"{added}</\\1Relationships>", text, count=1).encode("utf-8")


def _id(part: str) -> str:
    return "kpi" + part.rpartition("/")[2].removesuffix(".xml")


def _kind(relation: str) -> str:
    found = re.search(r"""\bType\s*=\s*["']([^"']*)""", relation)
    return found[1] if found else ""


def _custom_ui(namespace: str, langs: Sequence[Lang]) -> str:
    tabs = "".join(_tab(lang, is_alone=len(langs) == 1) for lang in LANGS if lang in langs)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<customUI xmlns="{namespace}">\n <ribbon>\n  <tabs>\n{tabs}  </tabs>\n </ribbon>\n</customUI>\n'
    )


def _tab(lang: Lang, *, is_alone: bool) -> str:
    visibility = {} if is_alone else {"getVisible": shown_by(lang)}
    named = {"id": f"kpi_{lang}", "label": label("ribbon", "tab", lang), "insertAfterMso": "TabHome", **visibility}
    groups = "".join(_group(group, lang) for group in GROUPS)
    return f"   <tab{_attributes(named)}>\n{groups}   </tab>\n"


def _group(group: str, lang: Lang) -> str:
    named = {"id": f"kpi_{lang}_{group}_group", "label": label("ribbon", f"group.{group}", lang)}
    return f"    <group{_attributes(named)}>\n{''.join(_buttons(group, lang))}    </group>\n"


def _buttons(group: str, lang: Lang) -> Iterator[str]:
    for button in BUTTONS:
        if button.group == group:
            yield f"     <button{_attributes(_button(button, lang))}/>\n"


def _button(button: Button, lang: Lang) -> Mapping[str, str]:
    return {
        "id": f"kpi_{lang}_{button.key}",
        "label": label("ribbon", f"button.{button.key}", lang),
        "size": "large" if button.is_large else "normal",
        "imageMso": button.icon,
        "screentip": label("ribbon", f"tip.{button.key}", lang),
        "supertip": label("ribbon", f"more.{button.key}", lang),
        "onAction": button.bell,
    }


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())
