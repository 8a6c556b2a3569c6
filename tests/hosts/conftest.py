"""One LibreOffice for all the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kpi_xl.hosts.office.program import Office
from tests.office import no_office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A headless office on a new profile."""
    reason = no_office()
    if reason:
        pytest.skip(reason)
    with Office(tmp_path_factory.mktemp("profile")) as running:
        yield running
