"""Many smoothings searched together are those that are searched one by one."""

from __future__ import annotations

from random import Random

import pytest

from kpi_xl.scoring.targets.smoothing import form_of, holt_winters

pytest.importorskip("numpy")


def market(rng: Random, n_periods: int, *, grows: bool) -> tuple[float, ...]:
    """Months with a trend, a season and noise, the season growing with the level or not; some with a zero."""
    level, trend = rng.uniform(50, 500), rng.uniform(-1, 3)
    found = []
    for month in range(n_periods):
        line, wave = level + trend * month, rng.uniform(0.9, 1.1) * (month % 12)
        value = line * (1 + wave / 20) if grows else line + 5 * wave
        found.append(value + rng.gauss(0, level / 20))
    if rng.random() < 0.1:
        found[rng.randrange(n_periods)] = 0.0
    return tuple(found)


def test_the_parameters_are_those_of_one_by_one() -> None:
    from kpi_xl.scoring.targets.fitting import fits

    rng = Random(5)
    series = [market(rng, rng.choice((25, 31, 36)), grows=rng.random() < 0.5) for _ in range(60)]
    assert {form_of(each, 12) for each in series} == {"additive", "multiplicative"}
    found = fits(series, 12)
    for each in series:
        alone = holt_winters(each, 12)
        together = holt_winters(each, 12, fits=found)
        assert alone is not None and together is not None
        assert together.sse == pytest.approx(alone.sse, rel=1e-9)
        assert together.smoothing == alone.smoothing


def test_a_series_of_two_seasons_or_less_has_none() -> None:
    from kpi_xl.scoring.targets.fitting import fits

    assert fits([(1.0, 2.0, 3.0, 4.0) * 2], 4) == {}
