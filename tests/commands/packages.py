"""The parts of a workbook file, looked at and changed."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

Parts = Mapping[str, bytes]


def parts_of(path: Path) -> dict[str, bytes]:
    """Content of every part."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: Parts) -> Path:
    """A file of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def part_of_sheet(parts: Parts, sheet: str) -> str:
    """The part that holds a sheet."""
    match = re.search(rf'<sheet name="{re.escape(sheet)}" [^>]*r:id="(\w+)"', parts["xl/workbook.xml"].decode())
    assert match, sheet
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    target = next(each.get("Target", "") for each in relations if each.get("Id") == match[1])
    return posixpath.normpath(posixpath.join("xl", target) if not target.startswith("/") else target[1:])


def changed(path: Path, sheet: str, pattern: str, new: str) -> None:
    """Replace one place in the XML of a sheet."""
    parts = parts_of(path)
    part = part_of_sheet(parts, sheet)
    text, count = re.subn(pattern, new, parts[part].decode(), count=1, flags=re.DOTALL)
    assert count == 1, pattern
    write_parts(path, {**parts, part: text.encode()})


def text_of(parts: Parts) -> str:
    """Everything a file says, of all its parts, names too."""
    return "\n".join(f"{name}\n{content.decode('utf-8', 'replace')}" for name, content in parts.items())


def assert_sound(parts: Parts) -> None:
    """Every part is well-formed and typed, every relationship leads to a part, and every part is led to."""
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(content)
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    typed = {each.get("PartName", "")[1:] for each in types if each.get("PartName")}
    endings = {each.get("Extension") for each in types if each.get("Extension")}
    reached = {"[Content_Types].xml"}
    for name, content in parts.items():
        if not name.endswith(".rels"):
            assert name == "[Content_Types].xml" or name in typed or name.rpartition(".")[2] in endings, name
            continue
        folder, file = posixpath.split(name)
        source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
        reached.add(name)
        assert source in parts or name == "_rels/.rels", name
        for each in ElementTree.fromstring(content):
            if each.get("TargetMode") != "External":
                target = each.get("Target", "")
                where = target[1:] if target.startswith("/") else posixpath.join(posixpath.dirname(source), target)
                assert posixpath.normpath(where) in parts, (name, target)
                reached.add(posixpath.normpath(where))
    assert typed <= set(parts)
    assert set(parts) == reached
