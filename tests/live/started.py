"""A Python in which Excel runs with one book open: what sitecustomize does for the replayed command.

``KPI_TEST_BOOK`` is the book; when the program ends, the book is saved and what the message boxes said is written down.
"""

from __future__ import annotations

import atexit
import json
import os
from pathlib import Path

import xlwings

from tests.live.engine import TestEngine


def start() -> None:
    """Start Excel with the book."""
    path = Path(os.environ["KPI_TEST_BOOK"])
    impl = TestEngine()
    engine = xlwings.main.Engine(impl=impl)
    xlwings.engines.add(engine)
    engine.activate()
    app = impl.apps.add()
    book = app.books.open(str(path))

    def stop() -> None:
        book.save()
        told = {"alerts": app.alerts, "said": app.said, "selected": book.selected}
        path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    atexit.register(stop)
