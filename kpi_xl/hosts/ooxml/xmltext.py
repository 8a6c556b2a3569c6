"""Text between a cell and its XML, both ways, with the escapes that SpreadsheetML adds to those of XML."""

from __future__ import annotations

import re

MAX_TEXT = 32_767
"""Characters that a cell holds; one more and Excel offers to repair the file."""

_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f&<>_\ud800-\udfff\ufffe\uffff]")
"""What may not stand in XML content as it is; in most texts there is nothing."""
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(\w+));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def text_xml(text: str) -> str:
    """A cell's text as XML content.

    A carriage return and other characters that XML cannot carry become ``_xHHHH_``; so does the underscore of a text
    that only looks like such an escape. Longer text than a cell holds ends in an ellipsis.

    >>> text_xml("a<b" + chr(1) + "_x0041_")
    'a&lt;b_x0001__x005F_x0041_'
    """
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    if not _SPECIAL.search(text):
        return text
    return formula_xml(_LOOKS_ESCAPED.sub("_x005F_", text))


def formula_xml(formula: str) -> str:
    """A formula's text as XML content."""
    legal = _ILLEGAL.sub(lambda match: f"_x{ord(match[0]):04X}_", formula)
    return legal.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def xml_characters(content: bytes) -> str:
    """What the XML content of a leaf element says, before SpreadsheetML's own escapes."""
    text = content.decode()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, text) if "&" in text else text


def xml_text(content: bytes) -> str:
    """The text of a cell behind the XML content of its element; the inverse of `text_xml`.

    >>> xml_text(b"a&lt;b_x0001__x005F_x0041_") == "a<b" + chr(1) + "_x0041_"
    True
    """
    return unescaped(xml_characters(content))


def unescaped(text: str) -> str:
    """Text with every ``_xHHHH_`` turned into its character."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _ENTITIES[name]
    return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
