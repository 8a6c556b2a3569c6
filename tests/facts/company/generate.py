"""One believable e-commerce company, whole: every canonical raw table, clean and typed, the same for the same seed."""

from __future__ import annotations

from datetime import datetime
from random import Random

import pandas as pd

from tests.facts.company import books, service, shop
from tests.facts.company.world import World, add_months

START = datetime(2024, 1, 1)


def generate(seed: int = 20240129, months: int = 15, scale: float = 1.0) -> dict[str, pd.DataFrame]:
    """The company's raw tables, as they are after cleaning.

    At least four months; scale multiplies visits and users. The data are taken on the first of the month after the last: what was not shipped, signed or refunded by then is open.
    """
    world = World(Random(seed), START, add_months(START, months), scale)
    counter = shop.run(world)
    books.run(world, counter)
    service.run(world, counter)
    return world.tables()
