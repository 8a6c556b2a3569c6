"""Writing a package back: untouched members keep their very bytes, replaced ones are packed the same way every time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from kpi_xl.hosts.ooxml.package import Member, Package, part_key

_FIXED_DATE = 0x0021            # 1980-01-01 in the zip format's own bits: the same content gives the same file
_UTF8_NAME = 0x0800
_VERSION = 20
_LEVEL = 6
_LEVEL_OF_LARGE, LARGE = 2, 4 << 20
"""A part of so many bytes is packed in a third of the time, to be a fifth larger."""


class Deflated(NamedTuple):
    """A part that is packed already."""

    payload: bytes
    size: int                           # bytes, unpacked
    crc: int


def deflated(chunks: Iterable[bytes], size: int = 0) -> Deflated:
    """A part packed piece by piece; `size` is about how many bytes it has."""
    deflate = zlib.compressobj(_LEVEL_OF_LARGE if size >= LARGE else _LEVEL, zlib.DEFLATED, -15)
    length, crc, pieces = 0, 0, []
    for chunk in chunks:
        length, crc = length + len(chunk), zlib.crc32(chunk, crc)
        pieces.append(deflate.compress(chunk))
    return Deflated(b"".join([*pieces, deflate.flush()]), length, crc)


def packed(
    package: Package,
    changes: Mapping[str, bytes],
    dropped: Collection[str] = (),
    added: Mapping[str, bytes | Deflated] = MappingProxyType({}),
) -> bytes:
    """Bytes of the package with some parts replaced, some left out and some added last, in the order it had.

    Parameters
    ----------
    package : Package
        The file as it was read.
    changes : mapping
        New content by part name; every name is a part of the package.
    dropped : collection
        Names of parts to leave out.
    added : mapping
        Content of new parts by name, in ASCII; none is a part of the package.

    Raises
    ------
    KeyError
        A part to replace is not in the package.
    """
    contents = {package.parts[part_key(name)].name: content for name, content in changes.items()}
    absent = {part_key(name) for name in dropped}
    kept = [member for member in package.members if part_key(member.name) not in absent]
    pieces: list[bytes] = []
    records: dict[str, bytes] = {}
    position = 0
    for member in sorted(kept, key=lambda each: each.start):
        piece, record = _entry(package.data, member, contents.get(member.name))
        records[member.name] = record[:42] + struct.pack("<I", position) + record[46:]
        pieces.append(piece)
        position += len(piece)
    for name, content in added.items():
        piece, record = _compressed(0, name.encode("ascii"), bytes(6), content)
        records[name] = record[:42] + struct.pack("<I", position) + record[46:]
        pieces.append(piece)
        position += len(piece)
    names = [*(member.name for member in kept), *added]
    directory = b"".join(records[name] for name in names)
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, len(names), len(names), len(directory), position, len(package.comment)
    )
    return b"".join([*pieces, directory, end, package.comment])


def _entry(data: bytes, member: Member, content: bytes | None) -> tuple[bytes, bytes]:
    """Local header with data, and the directory record whose offset is still to be set."""
    if content is None:
        return data[member.start : member.end], member.record
    flags, name = _identity(member.record)
    return _compressed(flags, name, member.record[36:42], content)


def _compressed(flags: int, name: bytes, attributes: bytes, content: bytes | Deflated) -> tuple[bytes, bytes]:
    payload, size, crc = content if isinstance(content, Deflated) else deflated((content,), len(content))
    shared = struct.pack(
        "<5H3I2H", _VERSION, flags, zlib.DEFLATED, 0, _FIXED_DATE, crc, len(payload), size, len(name), 0
    )
    local = b"PK\x03\x04" + shared + name + payload
    record = b"PK\x01\x02" + struct.pack("<H", _VERSION) + shared + b"\0\0\0\0" + attributes + b"\0\0\0\0" + name
    return local, record


def _identity(record: bytes) -> tuple[int, bytes]:
    flags, name_length = struct.unpack_from("<H", record, 8)[0], struct.unpack_from("<H", record, 28)[0]
    return flags & _UTF8_NAME, record[46 : 46 + name_length]
