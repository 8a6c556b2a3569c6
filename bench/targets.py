"""Targets of a company, proposed and back-tested, beside a loop over statsmodels: `python -m bench.targets [cards]`."""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from math import pi, sin
from pathlib import Path
from random import Random

from kpi_xl.book.starter import Content, starter
from kpi_xl.commands.new import new_from
from kpi_xl.commands.targets import targets
from kpi_xl.hosts.file import FileHost
from kpi_xl.library import indicators, preset
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import Period

CARDS, KPIS, MONTHS = 200, 16, 36
SAMPLED_CARDS = 10
"""Cards whose series the loop over statsmodels is timed on; for all of them it would take hours, so it is scaled up."""
ORIGINS = 6
PERIOD = Period(2026, "M", 1)


def main(cards: int) -> None:
    codes = [code for code, each in indicators().items() if each.agg_time == "SUM"][:KPIS]
    codes += [code for code in indicators() if code not in codes][: KPIS - len(codes)]
    names = [(f"S{card:03}", code) for card in range(cards) for code in codes]
    past = {name: series(seed) for seed, name in enumerate(names)}
    print(f"{cards} cards x {len(codes)} indicators x {MONTHS} months")
    with tempfile.TemporaryDirectory() as name:
        book = Path(name, "book.xlsx")
        timed("the book written and computed", lambda: new_from(book, FileHost, company(past, cards, codes), "zh"))
        ours = timed("proposed, back-tested, written", lambda: targets(FileHost(book), propose=True))
    some = list(past.values())[: SAMPLED_CARDS * len(codes)]
    few = timed(f"loop over statsmodels, {len(some)} series", lambda: [plain_loop(each) for each in some])
    rival = few / len(some) * len(past)
    print(f"{f'the same for all {len(past)}, by proportion, not run':<50} {rival:7.1f} s")
    print(f"kpi-xl is {rival / ours:.1f} x as fast as the loop, which has one method and writes nothing")


def series(seed: int) -> list[float]:
    """Three years of months with growth, season and noise."""
    rng = Random(seed)
    level, growth = rng.uniform(1e3, 1e6), rng.uniform(-0.01, 0.03)
    return [
        round(level * (1 + growth * month) * (1 + 0.2 * sin(2 * pi * month / 12)) * rng.gauss(1, 0.05), 2)
        for month in range(MONTHS)
    ]


def company(past: Mapping[tuple[str, str], Sequence[float]], cards: int, codes: Sequence[str]) -> Content:
    """Subjects that all have the same indicators."""
    start, first = starter(preset("DECK12"), PERIOD, "zh"), PERIOD.shift(-MONTHS)
    names: list[Mapping[str, Scalar]] = [
        {"subject": f"S{card:03}", "kind": "team", "name": f"单位 {card}", "template": "T", "rank_group": "all"}
        for card in range(cards)
    ]
    plan: list[Mapping[str, Scalar]] = [
        {"template": "T", "kpi": code, "no": no, "weight": 1 / len(codes), "rule": "LINEAR", "missing": "BLOCK"}
        for no, code in enumerate(codes, start=1)
    ]
    actuals: list[Mapping[str, Scalar]] = [
        {"period": str(first.shift(month)), "subject": subject, "kpi": kpi, "value": value}
        for (subject, kpi), values in past.items()
        for month, value in enumerate(values)
    ]
    return {**start, "tblSubjects": names, "tblPlan": plan, "tblActuals": actuals, "tblTargets": []}


def plain_loop(values: Sequence[float]) -> float:
    """What a script does: exponential smoothing for the next month, and once more for each month of the back-test."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    errors = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for back in (*range(ORIGINS, 0, -1), 0):
            known = values[: len(values) - back]
            model = ExponentialSmoothing(known, trend="add", seasonal="add", seasonal_periods=12)
            forecast = float(model.fit().forecast(1)[0])
            errors += [abs(values[len(known)] - forecast)] if back else []
    return sum(errors) / len(errors)


def timed(what: str, act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    print(f"{what:<50} {seconds:7.1f} s")
    return seconds


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CARDS)
