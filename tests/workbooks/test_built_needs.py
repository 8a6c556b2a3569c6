"""What building needs and an installation may lack is named, with its version."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from kpi_xl.builder import macros
from kpi_xl.commands.workbooks import products
from kpi_xl.errors import WorkbookError
from tests.workbooks import built


def refused() -> tuple[str, dict[str, object]]:
    with pytest.raises(WorkbookError) as raised:
        products()
    return raised.value.code, raised.value.args_by_name


def finding(spec: ModuleSpec | None) -> Callable[[str], ModuleSpec | None]:
    return lambda _name: spec


def test_pyopenvba_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    assert refused() == ("E-BUILD-PACKAGE", {"package": "pyopenvba", "wanted": "6.5.0", "found": ""})


def test_xlwings_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(macros, "find_spec", finding(None))
    assert refused() == ("E-BUILD-PACKAGE", {"package": "xlwings", "wanted": "0.37.8", "found": ""})


def test_xlwings_of_another_version_would_call_a_dll_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = built.vba("kpi_xl.xlam")["xlwings"].replace("0.37.8", "0.38.0")
    (tmp_path / "xlwings_custom_addin.bas").write_text(text, encoding="ascii")
    spec = ModuleSpec("xlwings", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(macros, "find_spec", finding(spec))
    assert refused() == ("E-BUILD-PACKAGE", {"package": "xlwings", "wanted": "0.37.8", "found": "0.38.0"})


def test_the_pinned_versions_are_the_installed_ones() -> None:
    from importlib.metadata import version

    from kpi_xl.builder.macrobook import PYOPENVBA

    assert (version("xlwings"), version("pyopenvba")) == (macros.XLWINGS, PYOPENVBA)


def test_installing_and_building_speak_of_the_same_xlwings() -> None:
    from kpi_xl.hosts.machine import places

    assert (places.XLWINGS, places.ADDIN) == (macros.XLWINGS, "kpi_xl.xlam")
