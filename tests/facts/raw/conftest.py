from __future__ import annotations

from collections.abc import Iterator

import pytest

from kpi_xl.facts.raw.store import Store, open_store


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store()
    opened.run("SET threads = 1")
    yield opened
    opened.close()
