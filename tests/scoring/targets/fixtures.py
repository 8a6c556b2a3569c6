"""The series that the worked numbers of the domain are computed from."""

from __future__ import annotations

from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.history import History

LINE = (100.0, 104.0, 103.0, 108.0, 112.0, 111.0, 115.0, 118.0, 117.0, 122.0, 126.0, 125.0)
YEAR_2022 = (82.0, 60.0, 90.0, 92.0, 98.0, 130.0, 95.0, 97.0, 100.0, 105.0, 160.0, 111.0)
YEAR_2023 = (90.0, 68.0, 99.0, 103.0, 108.0, 146.0, 104.0, 106.0, 111.0, 115.0, 178.0, 122.0)
INDICES = (0.8033, 0.5973, 0.8826, 0.9102, 0.9620, 1.2882, 0.9294, 0.9482, 0.9851, 1.0275, 1.5780, 1.0881)
TWO_YEARS = History(Period(2022, "M", 1), YEAR_2022 + YEAR_2023)
QUARTERS = (10.0, 20.0, 30.0, 40.0, 14.0, 24.0, 34.0, 44.0, 18.0, 28.0, 38.0, 48.0)


def months(*values: float | None, year: int = 2025, month: int = 1) -> History:
    """A past of months."""
    return History(Period(year, "M", month), values)
