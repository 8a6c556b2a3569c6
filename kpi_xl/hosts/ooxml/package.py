"""The OOXML package as data: its zip members found, refused before they can do harm, inflated on demand."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kpi_xl.errors import WorkbookError

MAX_MEMBER_BYTES = 1 << 30
MAX_TOTAL_BYTES = 2 << 30
MAX_RATIO = 200
"""How many times its packed size a member may unpack to, once it is larger than `RATIO_FROM_BYTES`."""
RATIO_FROM_BYTES = 50 << 20
MAX_MEMBERS = 65_534
"""What the plain end record of a zip file can count."""

_OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_STORED, _DEFLATED = 0, 8
_LOCAL_HEADER = 30
_CHUNK = 1 << 20
_DIRECTORY_HEADER = 46
_NO_ZIP = (zipfile.BadZipFile, struct.error, NotImplementedError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class Member:
    """One zip member: the span of its bytes in the file and what its directory record says."""

    name: str
    start: int                  # offset of the local header
    end: int                    # offset of whatever follows: the next member or the directory
    record: bytes               # its record in the central directory, as it stands
    method: int
    packed: int                 # bytes
    size: int                   # bytes, unpacked
    crc: int


@dataclass(frozen=True, slots=True)
class Package:
    """A package in memory; `parts` finds a member by `part_key`."""

    book: str                   # file name, for messages
    data: bytes
    members: tuple[Member, ...]
    parts: Mapping[str, Member]
    comment: bytes              # of the zip file
    proven: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)   # see `xmlpart.markup`


def part_key(name: str) -> str:
    """Name of a part as the format compares it: without a leading slash, in any case, with forward slashes.

    >>> part_key("/xl\\\\Workbook.xml")
    'xl/workbook.xml'
    """
    return name.replace("\\", "/").lstrip("/").lower()


def package_from(book: str, data: bytes) -> Package:
    """The package in a file's bytes; nothing is inflated yet.

    Raises
    ------
    WorkbookError
        ``E-BOOK-FORMAT``, ``E-BOOK-OLD-FORMAT``, ``E-BOOK-ENCRYPTED``, ``E-BOOK-DAMAGED``, ``E-BOOK-TOO-BIG``.
    """
    if data.startswith(_OLE_MAGIC):
        raise WorkbookError("E-BOOK-ENCRYPTED" if _ENCRYPTED_STREAM in data else "E-BOOK-OLD-FORMAT", book=book)
    if not data.startswith(b"PK"):
        raise WorkbookError("E-BOOK-FORMAT", book=book, size=len(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos, directory, comment = archive.infolist(), archive.start_dir, archive.comment
    except _NO_ZIP as failure:
        raise WorkbookError("E-BOOK-DAMAGED", book=book, size=len(data)) from failure
    _refuse_locked(book, infos)
    _refuse_bombs(book, infos)
    members = tuple(_members(book, data, infos, directory))
    parts = {part_key(member.name): member for member in members}
    if len(parts) < len(infos):
        raise WorkbookError("E-BOOK-DAMAGED", book=book, reason="directory")
    return Package(book, data, members, parts, comment)


def read_part(package: Package, name: str) -> bytes:
    """Content of a part, inflated no further than its directory record promises.

    Raises
    ------
    WorkbookError
        ``E-BOOK-DAMAGED``: the part is absent, truncated or fails its checksum; ``E-BOOK-FORMAT``: packed in a way
        that no workbook uses.
    """
    member = package.parts.get(part_key(name))
    if member is None:
        raise WorkbookError("E-BOOK-DAMAGED", book=package.book, member=name)
    if member.method not in (_STORED, _DEFLATED):
        raise WorkbookError("E-BOOK-FORMAT", book=package.book, member=name)
    content = _inflated(member, _payload(package.data, member))
    if content is None or len(content) != member.size or zlib.crc32(content) != member.crc:
        raise WorkbookError("E-BOOK-DAMAGED", book=package.book, member=name)
    return content


def is_same(package: Package, name: str, content: bytes) -> bool:
    """The part has this very content."""
    if package.proven.get(name) is content:
        return True
    member = package.parts.get(part_key(name))
    is_alike = member is not None and member.size == len(content) and member.crc == zlib.crc32(content)
    return is_alike and read_part(package, name) == content


def read_chunks(package: Package, name: str) -> Iterator[bytes]:
    """Content of a part in pieces of about a megabyte, for one that is too large to hold whole.

    Raises
    ------
    WorkbookError
        What `read_part` raises; a wrong length or checksum when the last piece was read.
    """
    member = package.parts.get(part_key(name))
    if member is None or member.method not in (_STORED, _DEFLATED):
        yield read_part(package, name)
        return
    payload, size, crc = _payload(package.data, member), 0, 0
    inflate = zlib.decompressobj(-15) if member.method == _DEFLATED else None
    try:
        while payload and size <= member.size:
            chunk = inflate.decompress(payload, _CHUNK) if inflate else payload
            payload = inflate.unconsumed_tail if inflate else b""
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
            yield chunk
    except zlib.error as failure:
        raise WorkbookError("E-BOOK-DAMAGED", book=package.book, member=name) from failure
    if (size, crc) != (member.size, member.crc):
        raise WorkbookError("E-BOOK-DAMAGED", book=package.book, member=name)


def is_signed(package: Package) -> bool:
    """Whether the package carries digital signatures, which any change would break."""
    return any(name.startswith("_xmlsignatures/") for name in package.parts)


def _inflated(member: Member, payload: bytes) -> bytes | None:
    if member.method == _STORED:
        return payload
    try:
        return zlib.decompressobj(-15).decompress(payload, member.size + 1)
    except zlib.error:
        return None


def _payload(data: bytes, member: Member) -> bytes:
    name_length, extra_length = struct.unpack_from("<HH", data, member.start + 26)
    begin = member.start + _LOCAL_HEADER + name_length + extra_length
    return data[begin : begin + member.packed]


def _refuse_locked(book: str, infos: Sequence[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & 0x1 for info in infos):
        raise WorkbookError("E-BOOK-ENCRYPTED", book=book)


def _refuse_bombs(book: str, infos: Sequence[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise WorkbookError("E-BOOK-TOO-BIG", book=book, members=len(infos))
    for info in infos:
        bursting = info.file_size > RATIO_FROM_BYTES and info.file_size > MAX_RATIO * info.compress_size
        if bursting or info.file_size > MAX_MEMBER_BYTES:
            raise WorkbookError("E-BOOK-TOO-BIG", book=book, member=info.filename, size=info.file_size)
    total = sum(info.file_size for info in infos)
    if total > MAX_TOTAL_BYTES:
        raise WorkbookError("E-BOOK-TOO-BIG", book=book, size=total)


def _members(book: str, data: bytes, infos: Sequence[zipfile.ZipInfo], directory: int) -> Iterator[Member]:
    """Members in directory order; each one's span ends where the next in the file begins.

    A span too short for its own data means overlapping members, the other way to make a bomb.
    """
    offsets = [*sorted(info.header_offset for info in infos), directory]
    following = dict(pairwise(offsets))
    for info, record in zip(infos, _records(data, directory), strict=False):
        start, end = info.header_offset, following[info.header_offset]
        if not _fits(data, start, end, info.compress_size):
            raise WorkbookError("E-BOOK-DAMAGED", book=book, member=info.filename)
        yield Member(
            info.filename, start, end, record, info.compress_type, info.compress_size, info.file_size, info.CRC
        )


def _fits(data: bytes, start: int, end: int, packed: int) -> bool:
    if start < 0 or data[start : start + 4] != b"PK\x03\x04" or start + _LOCAL_HEADER > end:
        return False
    name_length, extra_length = struct.unpack_from("<HH", data, start + 26)
    return start + _LOCAL_HEADER + int(name_length) + int(extra_length) + packed <= end


def _records(data: bytes, directory: int) -> Iterator[bytes]:
    position = directory
    while data[position : position + 4] == b"PK\x01\x02":
        lengths: tuple[int, int, int] = struct.unpack_from("<HHH", data, position + 28)
        end = position + _DIRECTORY_HEADER + sum(lengths)
        yield data[position:end]
        position = end
