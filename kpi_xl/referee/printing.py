"""Pages from workbooks: a headless office turns many files into PDF in one start."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from kpi_xl.errors import WorkbookError
from kpi_xl.referee.libreoffice import _START_AGAIN, ENGINE, TIMEOUT, _run


def print_files(books: Sequence[Path], folder: Path, timeout: float = TIMEOUT) -> list[Path]:
    """A PDF in `folder` for each workbook, under its own stem.

    Parameters
    ----------
    books
        Workbooks with different stems.
    timeout
        Seconds for all of them together.

    Raises
    ------
    WorkbookError
        ``E-ENGINE-MISSING``, ``E-ENGINE-FAILED`` or ``E-ENGINE-TIMEOUT``.
    """
    with TemporaryDirectory(prefix="kpi_xl-print-", ignore_cleanup_errors=True) as room:
        profile = f"-env:UserInstallation={(Path(room) / 'profile').as_uri()}"
        made = Path(room) / "pdf"
        arguments = [profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(made)]
        arguments += [str(book) for book in books]
        status = _run(arguments, timeout)
        if status == _START_AGAIN:
            status = _run(arguments, timeout)
        if status:
            raise WorkbookError("E-ENGINE-FAILED", engine=ENGINE, reason=f"exit-{status}")
        return [_moved(made / f"{book.stem}.pdf", folder) for book in books]


def _moved(pdf: Path, folder: Path) -> Path:
    if not pdf.is_file():
        raise WorkbookError("E-ENGINE-FAILED", engine=ENGINE, reason="no-output")
    return Path(shutil.move(pdf, folder / pdf.name))
