"""LibreOffice recalculates for certain, in its own profile, and is ended when it does not answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from kpi_xl import referee
from kpi_xl.errors import WorkbookError
from kpi_xl.referee import libreoffice
from tests.referee.conftest import WriteBook

needs_office = pytest.mark.skipif(not libreoffice.installed(), reason="no LibreOffice on this machine")
needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for soffice is a shell script")


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shell script in soffice's place; the test writes what it does."""
    script = tmp_path / "programs" / "soffice"
    script.parent.mkdir()
    script.touch(mode=0o755)
    monkeypatch.setattr(libreoffice, "program", lambda: str(script))
    return script


@needs_office
def test_cached_values_are_not_believed(write_book: WriteBook) -> None:
    book = write_book({"S": {"A1": 20, "B1": ("=A1+1", -1), "C1": ("=B1*2", -1), "D1": ("=\"x\"&A1", "old")}})
    values = libreoffice.recalculate(book).values
    assert values == {("S", "B1"): 21.0, ("S", "C1"): 42.0, ("S", "D1"): "x20"}


@needs_office
def test_own_profile_is_untouched(write_book: WriteBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    libreoffice.recalculate(write_book({"S": {"A1": ("=1", 1)}}))
    assert not [path for path in home.rglob("*") if "office" in path.name.lower()]


@needs_office
def test_formatted_truth_is_a_number_there(write_book: WriteBook) -> None:
    book = write_book({"S": {"A1": ("=1>2", False)}})
    recalculated = libreoffice.recalculate(book)
    assert not recalculated.booleans
    assert referee.compare(referee.formula_cells(book), recalculated).agrees


@needs_shell
def test_office_is_started_again_after_exit_81(write_book: WriteBook, stand_in: Path, tmp_path: Path) -> None:
    stand_in.write_text(f'#!/bin/sh\necho start >> "{tmp_path}/starts"\nexit 81\n', encoding="utf-8")
    with pytest.raises(WorkbookError) as failure:
        libreoffice.recalculate(write_book({"S": {"A1": ("=1", 1)}}))
    assert (failure.value.code, failure.value.args_by_name["reason"]) == ("E-ENGINE-FAILED", "exit-81")
    assert (tmp_path / "starts").read_text(encoding="utf-8").split() == ["start", "start"]


@needs_shell
def test_second_start_after_exit_81_counts(write_book: WriteBook, stand_in: Path, tmp_path: Path) -> None:
    flag = tmp_path / "started"
    lines = (
        "#!/bin/sh",
        f'[ -e "{flag}" ] || {{ touch "{flag}"; exit 81; }}',
        'while [ "$1" != --outdir ]; do shift; done',
        'mkdir -p "$2" && cp "$3" "$2/book.xlsx"',
    )
    stand_in.write_text("\n".join(lines), encoding="utf-8")
    assert libreoffice.recalculate(write_book({"S": {"A1": ("=1", 7)}})).values == {("S", "A1"): 7.0}


@needs_shell
def test_office_that_writes_nothing_has_failed(write_book: WriteBook, stand_in: Path) -> None:
    stand_in.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    with pytest.raises(WorkbookError) as failure:
        libreoffice.recalculate(write_book({"S": {"A1": ("=1", 1)}}))
    assert (failure.value.code, failure.value.args_by_name["reason"]) == ("E-ENGINE-FAILED", "no-output")


@needs_shell
def test_hanging_office_is_ended_with_its_children(write_book: WriteBook, stand_in: Path, tmp_path: Path) -> None:
    stand_in.write_text(f'#!/bin/sh\nsleep 600 &\necho $! > "{tmp_path}/child"\nwait\n', encoding="utf-8")
    with pytest.raises(WorkbookError) as failure:
        libreoffice.recalculate(write_book({"S": {"A1": ("=1", 1)}}), timeout=1.0)
    assert failure.value.code == "E-ENGINE-TIMEOUT"
    child = (tmp_path / "child").read_text(encoding="utf-8").strip()
    sleep(0.2)
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout
    assert state.strip() in ("", "Z")
