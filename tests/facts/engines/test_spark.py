"""The same facts from Spark in local mode."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kpi_xl.facts.engines.by_url import UrlEngine
from kpi_xl.facts.engines.compute import compute
from kpi_xl.facts.engines.duck import DuckEngine
from kpi_xl.facts.raw.layouts import layouts
from tests.facts.company.generate import generate
from tests.facts.engines.agreement import disagreements
from tests.facts.engines.places import duck_with
from tests.facts.engines.shop import known


def no_spark() -> str:
    """Why Spark cannot be started here; empty when it can."""
    missing = [name for name in ("pyspark", "ibis") if importlib.util.find_spec(name) is None]
    if missing:
        return f"{missing[0]} is not installed"
    return "" if shutil.which("java") else "Java is not installed"


pytestmark = pytest.mark.skipif(bool(no_spark()), reason=no_spark() or "Spark can be started")
CUT_OFF = datetime(2025, 4, 1)
SMALL = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",        # a second of compiling for a millisecond of rows
    "spark.sql.autoBroadcastJoinThreshold": "-1",
}


@pytest.fixture(scope="module")
def duck() -> DuckEngine:
    return duck_with(generate(scale=0.1))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master("local[2]").appName("kpi_xl tests")
    for name, setting in {**SMALL, "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse"))}.items():
        builder = builder.config(name, setting)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    yield found
    found.stop()


@pytest.fixture(scope="module")
def spark(duck: DuckEngine, session: Any, tmp_path_factory: pytest.TempPathFactory) -> UrlEngine:
    import ibis

    folder: Path = tmp_path_factory.mktemp("parquet")
    for table in layouts():
        duck.connection.execute(f"COPY \"{table}\" TO '{folder}/{table}.parquet' (FORMAT parquet)")
        session.read.parquet(f"{folder}/{table}.parquet").createOrReplaceTempView(table)
    return UrlEngine(ibis.pyspark.connect(session))


def test_all_indicators_are_the_same(duck: DuckEngine, spark: UrlEngine) -> None:
    found = [
        compute(engine, list(known(engine).values()), ["2024-03"], cut_off=CUT_OFF, by_unit=True)
        for engine in (duck, spark)
    ]
    assert len({each.kpi for each in found[0]}) == 67
    assert disagreements(*found) == []


def test_quarters_and_percentiles_are_the_same(duck: DuckEngine, spark: UrlEngine) -> None:
    variants = {"OPT": "p90", "DLT": "p90", "FRT": "within30", "RET": "day7"}
    found = []
    for engine in (duck, spark):
        library = known(engine, variants=variants)
        chosen = [library[kpi] for kpi in (*variants, "MAU", "ROI", "UV", "RPR", "GPM")]
        found.append(compute(engine, chosen, ["2024Q4"], cut_off=CUT_OFF, by_unit=True, library=list(library.values())))
    assert {each.kpi for each in found[0]} == {*variants, "MAU", "ROI", "UV", "RPR", "GPM"}
    assert disagreements(*found) == []
