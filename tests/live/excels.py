"""Excel started and stopped, for tests and for the replayed command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xlwings

from kpi_xl.hosts.excel import com, mac
from kpi_xl.hosts.excel.host import ExcelHost
from kpi_xl.hosts.excel.native import Native
from tests.live.engine import TestApp, TestBook, TestEngine


@dataclass(frozen=True, slots=True)
class Excel:
    """One machine with Excel on it."""

    engine: TestEngine
    native: Native

    @property
    def app(self) -> TestApp:
        """The first instance."""
        return self.engine.instances[0]

    def open(self, path: Path, app: TestApp | None = None) -> TestBook:
        """Open a book in an instance."""
        return (app or self.app).books.open(str(path))

    def host(self, book: TestBook) -> ExcelHost:
        """The live host of an open book."""
        return ExcelHost(xlwings.Book(impl=book), self.native)


@contextmanager
def started(platform: str) -> Iterator[Excel]:
    """xlwings with one running instance of the test engine, and without it afterwards."""
    impl = TestEngine(platform)
    before = dict(xlwings.engines.engines_by_name), list(xlwings.engines.engines), xlwings.engines.active
    engine = xlwings.main.Engine(impl=impl)
    xlwings.engines.add(engine)
    engine.activate()
    impl.apps.add()
    try:
        yield Excel(impl, mac if platform == "mac" else com)
    finally:
        xlwings.engines.engines_by_name, xlwings.engines.engines, xlwings.engines.active = before
