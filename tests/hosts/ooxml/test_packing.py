"""The zip file itself: other writers' ways of packing survive, and independent tools accept the result."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kpi_xl.hosts.ooxml.package import Package, package_from, read_part
from kpi_xl.hosts.ooxml.packing import packed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PARTS = {"b.xml": b"<b/>" * 300, "媒体/图.png": bytes(range(256)) * 4, "a.xml": b"<a/>" * 500}


class _Pipe(io.RawIOBase):
    """A stream nobody can seek in: zip writers then put sizes behind the data."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, chunk: ReadableBuffer) -> int:
        self.data += memoryview(chunk)
        return memoryview(chunk).nbytes


def plain() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
    return stream.getvalue()


def streamed() -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
    return bytes(pipe.data)


def with_zip64_sizes() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    return stream.getvalue()


def stored_with_comment() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("folder/", b"")
        for name, content in PARTS.items():
            info = zipfile.ZipInfo(name, (2011, 2, 3, 4, 5, 6))
            info.extra, info.comment = b"\xca\xfe\x02\x00hi", b"note"
            archive.writestr(info, content)
        archive.comment = "整个".encode()
    return stream.getvalue()


def out_of_order() -> bytes:
    """The directory lists the members in another order than they lie in."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
        archive.filelist.reverse()
    return stream.getvalue()


WRITERS = (plain, streamed, with_zip64_sizes, stored_with_comment, out_of_order)


@pytest.fixture(params=WRITERS, ids=lambda writer: writer.__name__)
def package(request: pytest.FixtureRequest) -> Package:
    make: Callable[[], bytes] = request.param
    return package_from("a.zip", make())


def test_every_member_reads_as_zipfile_reads_it(package: Package) -> None:
    assert {name: read_part(package, name) for name in PARTS} == PARTS


def test_nothing_changed_is_the_same_file(package: Package) -> None:
    assert packed(package, {}) == package.data


def test_a_changed_and_a_dropped_member_leave_the_others_as_they_were(package: Package) -> None:
    data = packed(package, {"B.XML": b"<new/>"}, ["/a.xml"])
    with zipfile.ZipFile(io.BytesIO(data)) as after, zipfile.ZipFile(io.BytesIO(package.data)) as before:
        assert after.testzip() is None
        assert after.namelist() == [name for name in before.namelist() if name != "a.xml"]
        assert after.read("b.xml") == b"<new/>"
        assert after.read("媒体/图.png") == PARTS["媒体/图.png"]
        assert after.comment == before.comment
        old, new = before.getinfo("媒体/图.png"), after.getinfo("媒体/图.png")
        assert (new.date_time, new.extra, new.comment) == (old.date_time, old.extra, old.comment)
    assert packed(package_from("a.zip", data), {"b.xml": b"<new/>"}) == data


def test_a_part_that_is_not_there_cannot_be_replaced(package: Package) -> None:
    with pytest.raises(KeyError):
        packed(package, {"c.xml": b""})


@pytest.mark.skipif(shutil.which("unzip") is None, reason="Info-ZIP is not installed")
def test_info_zip_finds_no_fault(package: Package, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed(package, {"a.xml": b"<new/>" * 99}, ["b.xml"]))
    done = subprocess.run(["unzip", "-t", str(path)], check=False, capture_output=True, text=True)
    assert (done.returncode, "No errors detected" in done.stdout) == (0, True)
