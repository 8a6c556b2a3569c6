"""The raw files behind a place: one file, a folder of them, or a zip, each unpacked within limits."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from kpi_xl.errors import WorkbookError

Kind = Literal["workbook", "text", "parquet", "zip"]
_SUFFIXES: dict[str, Kind] = {
    ".xlsx": "workbook", ".xlsm": "workbook", ".xlsb": "workbook", ".xls": "workbook",
    ".csv": "text", ".tsv": "text", ".txt": "text", ".csv.gz": "text", ".tsv.gz": "text", ".txt.gz": "text",
    ".parquet": "parquet", ".zip": "zip",
}  # fmt: skip
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file to read, what people call it, and what it looked like when it was found."""

    path: Path
    shown: str
    kind: Kind
    size: int
    modified: int

    @property
    def stem(self) -> str:
        """Name without folders and suffixes."""
        return PurePosixPath(self.shown).name.partition(".")[0]


def raw_files(place: Path, unpacked: Path, most_bytes: int) -> tuple[RawFile, ...]:
    """Every raw file of a place, in the order of their names.

    Parameters
    ----------
    place : Path
        A file, a folder (looked through to its depth), or a zip of either.
    unpacked : Path
        A folder that takes what comes out of zips.
    most_bytes : int
        Size after unzipping that is refused.

    Raises
    ------
    WorkbookError
        ``E-RAW-MISSING``, ``E-RAW-FORMAT``, ``E-RAW-EMPTY``, ``E-RAW-DAMAGED``, ``E-RAW-TOO-BIG``, ``E-RAW-ACCESS``.
    """
    if not place.exists():
        raise WorkbookError("E-RAW-MISSING", place=place.name)
    try:
        if place.is_dir():
            found = tuple(_folder(place, place.name, unpacked, most_bytes))
        elif (kind := kind_of(place.name)) is None:
            raise WorkbookError("E-RAW-FORMAT", place=place.name)
        elif kind == "zip":
            found = tuple(_zip(place, place.name, unpacked, most_bytes))
        else:
            found = (_seen(place, place.name, kind),)
    except PermissionError as failure:
        raise WorkbookError("E-RAW-ACCESS", place=place.name) from failure
    if not found:
        raise WorkbookError("E-RAW-EMPTY", place=place.name)
    return found


def kind_of(name: str) -> Kind | None:
    """Kind of a file by its name; None for what is no raw data.

    >>> kind_of("订单.CSV.gz"), kind_of("notes.docx")
    ('text', None)
    """
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    return _SUFFIXES.get("".join(suffixes[-2:])) or _SUFFIXES.get("".join(suffixes[-1:]))


def unchanged(file: RawFile) -> None:
    """Make sure that nobody wrote to the file since it was found.

    Raises
    ------
    WorkbookError
        ``E-RAW-CHANGED``.
    """
    now = file.path.stat() if file.path.exists() else None
    if now is None or (now.st_size, now.st_mtime_ns) != (file.size, file.modified):
        raise WorkbookError("E-RAW-CHANGED", place=file.shown)


def _seen(path: Path, shown: str, kind: Kind) -> RawFile:
    found = path.stat()
    if not found.st_size:
        raise WorkbookError("E-RAW-EMPTY", place=shown)
    with path.open("rb"):  # a file that may not be read says so here, by its name
        return RawFile(path, shown, kind, found.st_size, found.st_mtime_ns)


def _folder(folder: Path, shown: str, unpacked: Path, most_bytes: int) -> Iterator[RawFile]:
    for path in sorted(folder.rglob("*")):
        name = f"{shown}/{path.relative_to(folder).as_posix()}"
        kind = kind_of(path.name)
        if not path.is_file() or kind is None or path.name.startswith(("~$", ".")):
            continue
        if kind == "zip":
            yield from _zip(path, name, unpacked, most_bytes)
        else:
            yield _seen(path, name, kind)


def _zip(path: Path, shown: str, unpacked: Path, most_bytes: int) -> Iterator[RawFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if kind_of(info.filename) not in (None, "zip")]
            if sum(info.file_size for info in infos) > most_bytes:
                raise WorkbookError("E-RAW-TOO-BIG", place=shown, wanted=most_bytes)
            left = most_bytes
            for info in sorted(infos, key=lambda info: info.filename):
                if info.flag_bits & 1:
                    raise WorkbookError("E-RAW-PASSWORD", place=shown)
                # The name inside is only shown: what it says of folders never reaches the disk.
                suffix = "".join(PurePosixPath(info.filename).suffixes[-2:])
                target = unpacked / f"{len(list(unpacked.iterdir()))}{suffix}"
                left -= _unzip(archive, info, target, left, shown)
                kind = kind_of(info.filename)
                if kind:
                    yield _seen(target, f"{shown}/{_name(info)}", kind)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as failure:
        raise WorkbookError("E-RAW-DAMAGED", place=shown) from failure


def _unzip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, most: int, shown: str) -> int:
    size = 0
    with archive.open(info) as member, target.open("wb") as file:
        while block := member.read(_BLOCK):
            size += len(block)
            if size > most:
                raise WorkbookError("E-RAW-TOO-BIG", place=shown, wanted=most)
            file.write(block)
        shutil.copystat(archive.filename or target, target)
    return size


def _name(info: zipfile.ZipInfo) -> str:
    """Name of a member; a Chinese Windows writes it in GBK without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename
