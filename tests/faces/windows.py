"""xlwings' own Windows code on any system: its function import and its function calls, with COM left out.

Run as a program it reads calls as JSON, one a line, and prints what xlwings' `call_udf` hands to Excel; the argument
``module`` prints the VBA that xlwings writes for the same functions.
"""

from __future__ import annotations

import ctypes
import io
import json
import subprocess
import sys
import types
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from unittest.mock import MagicMock

ABSENT = -2147352572
"""How COM says that an optional argument was left out."""
MODULES = (
    "comtypes pythoncom pywintypes win32api win32com win32com.client win32com.server win32con win32event win32gui "
    "win32process win32timezone xlwings._win32patch xlwings.com_server"
).split()


def generated(workbook: str) -> str:
    """The wrappers that xlwings generates for our functions."""
    return _run("module", workbook)


def called(*calls: tuple[str, Sequence[object]]) -> list[Any]:
    """What Excel gets for each call; None stands for an argument left out."""
    lines = "\n".join(json.dumps([name, [ABSENT if cell is None else cell for cell in cells]]) for name, cells in calls)
    return [json.loads(line) for line in _run("call", lines).splitlines()]


def _run(*arguments: str) -> str:
    answer = subprocess.run(
        [sys.executable, __file__, arguments[0]], input=arguments[1], capture_output=True, text=True, encoding="utf-8",
        env={"PYTHONUTF8": "1", "PYTHONPATH": ":".join(filter(None, sys.path))},
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def _windows() -> Any:
    """xlwings with its Windows engine active."""
    for name in MODULES:
        sys.modules[name] = MagicMock(__file__="")
    sys.modules["pywintypes"].TimeType = type("TimeType", (), {})
    for name in ("oledll", "windll", "PyDLL", "WINFUNCTYPE"):
        setattr(ctypes, name, MagicMock())
    import xlwings
    import xlwings._xlwindows as windows
    import xlwings.udfs as imported

    windows.is_range_instance = lambda _: False
    xlwings._xlwindows = windows
    xlwings.engines.add(xlwings.main.Engine(impl=windows.engine))
    xlwings.func, xlwings.arg = imported.xlfunc, imported.xlarg
    return imported


def _functions() -> types.ModuleType:
    from kpi_xl.faces.udf import udfs

    module = types.ModuleType("kpi_udfs")
    module.__file__ = "kpi_udfs.py"
    vars(module).update(udfs())
    sys.modules["kpi_udfs"] = module
    return module


def _from_json(cell: Any) -> Any:
    """A block comes out of COM as tuples, a date as such, and a currency as a Decimal."""
    if isinstance(cell, list):
        return tuple(map(_from_json, cell))
    if isinstance(cell, dict):
        return Decimal(cell["currency"]) if "currency" in cell else datetime.fromisoformat(cell["date"])
    return cell


def main() -> None:
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    imported = _windows()
    module = _functions()
    if sys.argv[1] == "module":
        source = io.StringIO()
        imported.generate_vba_wrapper("kpi_udfs", module, source, types.SimpleNamespace(Name=sys.stdin.read()))
        print(source.getvalue(), end="")
        return
    for line in sys.stdin:
        name, cells = json.loads(line)
        print(json.dumps(imported.call_udf("kpi_udfs", name, _from_json(cells), None, MagicMock())))


if __name__ == "__main__":
    main()
