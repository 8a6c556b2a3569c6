"""Where a package lists its parts: content types and relationships, with new lines at their end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kpi_xl.hosts.ooxml.xmltext import formula_xml
from kpi_xl.hosts.publishing.elements import elements

_NAME = re.compile(rb"<(([\w.-]+:)?[\w.-]+)")


def with_types(xml: bytes, types: Mapping[str, str]) -> bytes:
    """The content types with more parts.

    Parameters
    ----------
    types : mapping
        Content type by part name.
    """
    return _with_children(
        xml, (f'Override PartName="/{part}" ContentType="{formula_xml(kind)}"' for part, kind in types.items())
    )


def with_relations(xml: bytes, relations: Iterable[tuple[str, str, str]]) -> bytes:
    """A relationships part with more of them: id, type and part name of each."""
    return _with_children(
        xml, (f'Relationship Id="{name}" Type="{kind}" Target="/{part}"' for name, kind, part in relations)
    )


def free_ids(taken: Iterable[str]) -> Iterator[str]:
    """Ids for new relationships."""
    known, number = set(taken), 0
    while True:
        number += 1
        if f"rId{number}" not in known:
            yield f"rId{number}"


def _with_children(xml: bytes, items: Iterable[str]) -> bytes:
    root = elements(xml)[0]
    match = _NAME.match(xml, root.start)
    name, prefix = (match[1], (match[2] or b"").decode()) if match else (b"", "")
    said = "".join(f"<{prefix}{item}/>" for item in items).encode()
    if root.content_end < root.end:
        return xml[: root.content_end] + said + xml[root.content_end :]
    return xml[: root.end].removesuffix(b"/>") + b">" + said + b"</" + name + b">" + xml[root.end :]
