"""The self-test answers for every part, and a part that fails is an answer and no failure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kpi_xl.book.example import example
from kpi_xl.commands import self_test as module
from kpi_xl.commands.new import new_from
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.self_test import Surroundings, library, self_test, with_cell
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.memory import MemoryHost
from kpi_xl.labels import table

HERE = Surroundings("LibreOffice 7.4", "", "/tmp/a.xlsx")


def rows(receipt: Receipt) -> dict[str, tuple[str, str]]:
    said: list[Mapping[str, str]] = receipt.facts["rows"]  # type: ignore[assignment]
    return {row["check"]: (row["state"], row["found"]) for row in said}


def test_a_whole_book_is_in_order_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    new_from(path, FileHost, example("en"), "en")
    before = path.read_bytes()
    receipt = self_test(FileHost(path), HERE)
    assert receipt.exit_code == 0
    assert rows(receipt)["example"] == ("ok", "99.22")
    assert rows(receipt)["dry_run"] == ("ok", "1 / 1; 99.22")
    assert rows(receipt)["function"] == ("ok", "0.03")
    assert rows(receipt)["program"] == ("ok", "LibreOffice 7.4")
    assert (rows(receipt)["xlwings"], rows(receipt)["library"]) == (("absent", ""), ("absent", ""))
    assert path.read_bytes() == before
    assert {f"test.{key}" for key in rows(with_cell(receipt, None))} <= set(table("live"))


def test_a_book_that_is_none_of_ours_is_said_part_by_part() -> None:
    receipt = self_test(MemoryHost(), HERE)
    assert receipt.exit_code == 1
    found = rows(receipt)
    assert found["tables"][0] == found["dry_run"][0] == "error"
    assert found["example"] == ("ok", "99.22"), "the program itself is in order"


def test_a_part_that_fails_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(MemoryHost, "tables", failing)
    assert rows(self_test(MemoryHost(), HERE))["tables"] == ("error", "OSError: disk full")


def test_versions_and_library_must_fit(tmp_path: Path) -> None:
    present = tmp_path / "xlwings64-0.37.8.dll"
    present.touch()
    found = rows(self_test(MemoryHost(), Surroundings("Excel 16.0", "0.37.8", "Book1", present)))
    assert (found["xlwings"], found["library"]) == (("ok", "0.37.8 / 0.37.8"), ("ok", str(present)))
    found = rows(self_test(MemoryHost(), Surroundings("Excel 16.0", "0.36.0", "Book1", tmp_path / "none.dll")))
    assert (found["xlwings"][0], found["library"][0]) == ("error", "error")


@pytest.mark.parametrize(
    ("platform", "value", "state"),
    [("win32", 0.03, "ok"), ("win32", "#NAME?", "error"), ("darwin", "#NAME?", "absent"), ("linux", None, "absent")],
)
def test_a_cell_must_have_the_value_where_functions_are_to_be_had(
    platform: str, value: object, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.sys, "platform", platform)
    receipt = with_cell(Receipt("self_test", "a.xlsx", (), {"rows": []}), value)
    assert rows(receipt)["cell"] == (state, str(value))
    assert receipt.is_done == (state != "error")


def test_only_windows_has_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.sys, "platform", "win32")
    place = library()
    assert place is not None
    assert place.name == "xlwings64-0.37.8.dll"
    monkeypatch.setattr(module.sys, "platform", "linux")
    assert library() is None
