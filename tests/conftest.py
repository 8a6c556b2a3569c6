"""What holds for every test."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A busy machine is no defect: what is slow is measured in bench/, beside its rivals.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

LONGEST = (
    "workbooks/test_random_companies.py",
    "facts/engines/test_spark.py",
    "workbooks/test_agreement.py",
    "facts/raw/test_conservation.py",
    "facts/company/test_company.py",
    "hosts/office/test_host.py",
)
"""Files that one of two workers should not begin when the other has come to its end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, all others as they are."""
    items.sort(key=lambda item: next((i for i, name in enumerate(LONGEST) if item.path.match(name)), len(LONGEST)))
