"""LibreOffice as referee: a private copy of the workbook, recalculated on load and saved by a headless office."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

from kpi_xl.errors import WorkbookError
from kpi_xl.referee.cells import formula_cells
from kpi_xl.referee.recalculation import Recalculated

ENGINE = "libreoffice"
TIMEOUT = 600.0                             # seconds for one start of the office

_PROGRAMS = ("soffice", "libreoffice")
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
)
_FILTER = "xlsx:Calc MS Excel 2007 XML"
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)       # Windows alone has the flag
_START_AGAIN = 81                           # a fresh profile may end the first start with this exit code

# Without this setting a conversion keeps the cached values of a file that LibreOffice did not write itself.
_ALWAYS_RECALCULATE = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def program() -> str | None:
    """Path of the soffice program, or None where there is no LibreOffice."""
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    return found or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def installed() -> bool:
    """Whether LibreOffice is on this machine."""
    return program() is not None


def recalculate(path: Path, timeout: float = TIMEOUT) -> Recalculated:
    """Values of all formula cells as LibreOffice computes them; the file and the user's profile stay untouched.

    Raises
    ------
    WorkbookError
        ``E-ENGINE-MISSING``, ``E-ENGINE-FAILED`` or ``E-ENGINE-TIMEOUT``.
    """
    started = perf_counter()
    asked = formula_cells(path)
    with TemporaryDirectory(prefix="kpi_xl-referee-", ignore_cleanup_errors=True) as folder:
        converted = _convert(path, Path(folder), timeout)
        computed = formula_cells(converted)
        version = _version(converted)
    values = {place: computed[place].cached for place in asked if place in computed}
    return Recalculated(ENGINE, version, values, perf_counter() - started, booleans=False)


def _convert(path: Path, folder: Path, timeout: float) -> Path:
    book = folder / f"book{path.suffix}"
    shutil.copyfile(path, book)
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    converted = folder / "converted"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    start = partial(
        _run,
        [profile, "--headless", "--norestore", "--convert-to", _FILTER, "--outdir", str(converted), str(book)],
        timeout,
    )
    status = start()
    if status == _START_AGAIN:
        status = start()
    if status:
        raise WorkbookError("E-ENGINE-FAILED", engine=ENGINE, reason=f"exit-{status}")
    if not (converted / "book.xlsx").is_file():
        raise WorkbookError("E-ENGINE-FAILED", engine=ENGINE, reason="no-output")
    return converted / "book.xlsx"


def _run(arguments: list[str], timeout: float) -> int:
    """Exit code of one start of the office, which is ended with all its children when it takes too long."""
    office = program()
    if office is None:
        raise WorkbookError("E-ENGINE-MISSING", engine=ENGINE, reason="no-program")
    process = subprocess.Popen(
        [office, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=_NO_WINDOW,
    )
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise WorkbookError("E-ENGINE-TIMEOUT", engine=ENGINE, reason=f"{timeout:g}s") from None
    finally:
        if process.poll() is None:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    # soffice is a launcher: ending it alone leaves the office itself running.
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _version(converted: Path) -> str:
    """Version that the office writes into its own files, such as ``7.4.7.2``."""
    with ZipFile(converted) as book:
        properties = fromstring(book.read("docProps/app.xml"))
    program_name = next(entry.text or "" for entry in properties if entry.tag.endswith("}Application"))
    return program_name.partition("/")[2].partition("$")[0]
