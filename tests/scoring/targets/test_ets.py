"""State-space smoothing by statsmodels: the same each time, close to ours, and what it cannot estimate."""

from __future__ import annotations

from itertools import accumulate
from random import Random

import pytest

from kpi_xl.errors import MethodError
from kpi_xl.model.periods import Period
from kpi_xl.scoring.targets.ets import ets
from kpi_xl.scoring.targets.proposals import smoothed_forecast
from kpi_xl.scoring.targets.smoothing import holt_winters
from tests.scoring.targets.fixtures import TWO_YEARS, months
from tests.scoring.targets.test_smoothing import NOISY


@pytest.fixture(autouse=True)
def needs_statsmodels() -> None:
    pytest.importorskip("statsmodels.tsa.exponential_smoothing.ets", reason="statsmodels estimates the model")


def test_a_seed_draws_the_same_again() -> None:
    one, same, other = ets(NOISY, 4, 3), ets(NOISY, 4, 3), ets(NOISY, 4, 3, seed=1)
    assert one is not None
    assert one == same != other
    assert [len(each.ordered) for each in one.paths] == [5000] * 3


def test_the_distribution_widens() -> None:
    random = Random(4)
    walk = [100 + step for step in accumulate(random.gauss(0, 5) for _ in range(40))]
    found = ets(walk, 4, 8)
    assert found is not None
    widths = [each.quantile(0.9) - each.quantile(0.1) for each in found.paths]
    assert widths[7] > 1.5 * widths[0] > 0


def test_two_ways_to_smooth_agree_within_a_deviation() -> None:
    simulated, ours = ets(NOISY, 4, 4), holt_winters(NOISY, 4)
    assert simulated is not None
    assert ours is not None
    for steps in (1, 2, 3, 4):
        assert simulated.paths[steps - 1].middle == pytest.approx(ours.middle(steps), abs=ours.deviation)


def test_the_unit_does_not_matter() -> None:
    plain, large = ets(NOISY, 4, 1), ets([1e7 * value for value in NOISY], 4, 1)
    assert plain is not None
    assert large is not None
    assert large.paths[0].middle == pytest.approx(1e7 * plain.paths[0].middle, rel=1e-4)


@pytest.mark.parametrize("values", [(), (1.0, 2.0), (1.0, 2.0, 3.0, 4.0) * 2, (5.0,) * 24, (0.0,) * 24])
def test_what_has_no_model(values: tuple[float, ...]) -> None:
    assert ets(values, 4, 1) is None


def test_a_constant_is_proposed_all_the_same() -> None:
    found = smoothed_forecast(months(*[5.0] * 30), Period(2027, "M", 7), simulate=True)
    assert found.target == pytest.approx(5.0)


def test_without_the_package_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "statsmodels.tsa.exponential_smoothing.ets", None)
    with pytest.raises(MethodError, match="E-METHOD-LIBRARY"):
        smoothed_forecast(months(*NOISY * 2), Period(2029, "M", 1), simulate=True)
    assert smoothed_forecast(TWO_YEARS, Period(2024, "M", 1), simulate=True).target is not None


def test_the_library_alone_stops_early_when_the_figures_are_large() -> None:
    """The same turnover in yuan and in millions: two forecasts there, one here.

    Its search takes steps of one size for a level of 800,000 and for parameters between 0 and 1, and gives up.
    """
    numpy = pytest.importorskip("numpy")
    module = pytest.importorskip("statsmodels.tsa.exponential_smoothing.ets")
    yuan = [8e5 * (1 + 0.01 * t + 0.2 * (t % 12 - 5) / 5 + 0.01 * (1, -7, 4, 0, -3, 5, -2)[t % 7]) for t in range(36)]

    def theirs(values: list[float]) -> float:
        model = module.ETSModel(numpy.array(values), trend="add", seasonal="add", seasonal_periods=12)
        return float(model.fit(disp=False).forecast(1)[0])

    def ours(values: list[float]) -> float:
        found = ets(values, 12, 1, "additive")
        assert found is not None
        return found.paths[0].middle

    millions = [value / 1e6 for value in yuan]
    assert abs(theirs(yuan) / 1e6 / theirs(millions) - 1) > 0.005
    assert ours(yuan) / 1e6 == pytest.approx(ours(millions), rel=1e-4)
    assert ours(yuan) / 1e6 == pytest.approx(theirs(millions), rel=5e-3)
