"""What was installed, written down, so that it and nothing else can be taken away again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from kpi_xl.errors import KpiError

MANIFEST = "installed.json"
IN_OFFICE = "extension:"
"""Before the name of an extension on the list; what is in LibreOffice has no path of ours."""
Gone = Literal["removed", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A file, or a line of somebody's file, that install put there."""

    path: str
    digest: str                     # of the file's bytes as installed
    line: str = ""                  # only this line of the file is ours
    kept: str = ""                  # where the file that stood there before is kept
    folders: tuple[str, ...] = ()   # made for it, outermost first


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that is installed, by path, and the folders that were made for this list itself."""

    placed: dict[str, Placed]
    folders: tuple[str, ...]


def read_manifest(folder: Path) -> Manifest:
    """What is installed; nothing where there is no list.

    Raises
    ------
    KpiError
        ``E-INSTALL-LIST``: the list is there and cannot be read.
    """
    place = folder / MANIFEST
    if not place.is_file():
        return Manifest({}, missing_folders(place))
    try:
        document = json.loads(place.read_text(encoding="utf-8"))
        rows = [Placed(**{**row, "folders": tuple(row["folders"])}) for row in document["placed"]]
        return Manifest({row.path: row for row in rows}, tuple(document["folders"]))
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise KpiError("E-INSTALL-LIST", place=str(place), reason=str(failure)) from failure


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the list down; without entries, take it and its folders away."""
    if manifest.placed:
        document = {"placed": [asdict(each) for each in manifest.placed.values()], "folders": manifest.folders}
        write_bytes(folder / MANIFEST, json.dumps(document, ensure_ascii=False, indent=1).encode())
        return
    with contextlib.suppress(OSError):
        (folder / MANIFEST).unlink(missing_ok=True)
    _drop_empty(manifest.folders)


def put_file(path: Path, data: bytes, earlier: Placed | None, data_folder: Path, *, is_program: bool = False) -> Placed:
    """Put a file in its place; a foreign one of that name is kept and comes back when ours is taken away."""
    kept = earlier.kept if earlier else ""
    if path.is_file() and not kept and digest(path.read_bytes()) not in {digest(data), earlier and earlier.digest}:
        kept = str(_keep(path, data_folder))
    folders = missing_folders(path) or (earlier.folders if earlier else ())
    write_bytes(path, data)
    if is_program:
        path.chmod(0o755)
    return Placed(str(path), digest(data), kept=kept, folders=folders)


def put_line(path: Path, key: str, line: str, encoding: str, earlier: Placed | None) -> Placed | None:
    """Add a line ``"KEY","value"`` to a settings file; None when the person has a line for that key already."""
    before = path.read_bytes() if path.is_file() else b""
    if earlier is not None:
        before = _without(before, earlier.line, encoding)
    if _has_key(before, key):
        return None
    end = b"\r\n" if b"\r\n" in before else b"\n"
    folders = missing_folders(path) or (earlier.folders if earlier else ())
    # At the top, where taking it away again leaves every other byte as it was.
    after = encoded(line, encoding) + end + before
    write_bytes(path, after)
    return Placed(str(path), digest(after), line=line, folders=folders)


def take_away(placed: Placed, encoding: str) -> Gone:
    """Undo one entry; ``changed`` where somebody changed the file since, which is then left alone."""
    path = Path(placed.path)
    if not path.is_file():
        return "gone"
    if placed.line:
        gone = _take_line(path, placed, encoding)
    else:
        gone = "removed" if digest(path.read_bytes()) == placed.digest else "changed"
        if gone == "removed":
            _unlink(path)
            _bring_back(placed)
    _drop_empty(placed.folders)
    return gone


def encoded(text: str, encoding: str) -> bytes:
    """`text` as the programs of this machine read it."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as failure:
        raise KpiError("E-INSTALL-LETTERS", place=text, letters=text[failure.start : failure.end]) from failure


def digest(data: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return sha256(data).hexdigest()


def missing_folders(path: Path) -> tuple[str, ...]:
    """Folders above `path` that are not there yet, outermost first."""
    missing = [str(folder) for folder in path.parents if not folder.exists()]
    return tuple(reversed(missing))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step, with the folders above it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix="~$kpi")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(name, path.stat().st_mode if path.exists() else 0o644)
            os.replace(name, path)
        except OSError:
            os.unlink(name)
            raise
    except OSError as failure:
        raise _refused(path, failure) from failure


def _refused(path: Path, failure: OSError) -> KpiError:
    return KpiError("E-INSTALL-PLACE", place=str(path), reason=failure.strerror or type(failure).__name__)


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError as failure:
        raise _refused(path, failure) from failure


def _keep(path: Path, data_folder: Path) -> Path:
    # Not beside it: Excel opens whatever lies in its start-up folder.
    data = path.read_bytes()
    place = data_folder / "kept" / f"{digest(data)[:8]}-{path.name}"
    write_bytes(place, data)
    return place


def _bring_back(placed: Placed) -> None:
    if placed.kept and Path(placed.kept).is_file():
        kept = Path(placed.kept)
        write_bytes(Path(placed.path), kept.read_bytes())
        kept.unlink()
        _drop_empty((str(kept.parent),))


def _take_line(path: Path, placed: Placed, encoding: str) -> Gone:
    before = path.read_bytes()
    after = _without(before, placed.line, encoding)
    if after == before:
        return "changed"
    if after.strip():
        write_bytes(path, after)
    else:
        _unlink(path)
    return "removed"


def _without(data: bytes, line: str, encoding: str) -> bytes:
    ours = encoded(line, encoding)
    return b"".join(each for each in data.splitlines(keepends=True) if each.strip() != ours)


def _has_key(data: bytes, key: str) -> bool:
    wanted = rf'^\s*"?{re.escape(key)}"?\s*,'.encode()
    return re.search(wanted, data, re.MULTILINE | re.IGNORECASE) is not None


def _drop_empty(folders: tuple[str, ...]) -> None:
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            Path(folder).rmdir()
