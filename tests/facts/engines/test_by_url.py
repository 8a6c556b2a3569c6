"""Addresses of databases: what is refused, and what never comes out."""

from __future__ import annotations

import importlib.util

import pytest

from kpi_xl.facts.engines.by_url import known_schemes, open_engine, scrubbed
from kpi_xl.facts.engines.said import EngineError, told

pytestmark = pytest.mark.skipif(importlib.util.find_spec("ibis") is None, reason="ibis-framework is not installed")


def refused(url: str) -> EngineError:
    with pytest.raises(EngineError) as caught:
        open_engine(url)
    assert "geheim" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgres://me:geheim@127.0.0.1/shop", "E-DATABASE-PASSWORD"),
        ("snowflake://me@here/shop?password=geheim", "E-DATABASE-PASSWORD"),
        ("clickhouse://here/shop?api_key=geheim", "E-DATABASE-PASSWORD"),
        ("postgres://me:$NO_SUCH_VARIABLE@127.0.0.1/shop", "E-DATABASE-VARIABLE"),
        ("oracel://127.0.0.1/shop", "E-DATABASE-URL"),
        ("duckdb:///tmp/shop.db", "E-DATABASE-URL"),
        ("shop.db", "E-DATABASE-URL"),
        ("postgres://[127.0.0.1/shop", "E-DATABASE-URL"),
    ],
)
def test_what_is_refused(url: str, code: str) -> None:
    assert refused(url).code == code


def test_a_database_that_is_not_there_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("SHOP_PASSWORD", "geheim")
    found = refused("postgres://me:${SHOP_PASSWORD}@127.0.0.1:1/shop")
    assert (found.code, found.args_by_name["engine"]) == ("E-DATABASE-UNREACHABLE", "postgres://me@127.0.0.1:1/shop")


def test_a_driver_that_is_not_installed_is_named() -> None:
    if importlib.util.find_spec("trino") is not None:
        pytest.skip("the driver for Trino is installed")
    assert refused("trino://me@127.0.0.1:1/shop/main").code == "E-DATABASE-DRIVER"


def test_the_engines_that_the_readme_names_are_known() -> None:
    assert {"postgres", "pyspark", "trino", "clickhouse", "bigquery", "snowflake"} <= set(known_schemes())


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('connection to "postgres://me:geheim@db/x" failed\nDETAIL: geheim', 'connection to "postgres://me:***@db/x" failed'),
        ("password=geheim host=db", "password=*** host=db"),
        ("Token: geheim, retry", "Token: ***, retry"),
        ("key geheim is wrong", "key *** is wrong"),
        ("", "ValueError"),
    ],
)
def test_what_a_driver_says_is_shown_without_secrets(said: str, shown: str) -> None:
    assert told(ValueError(said), ["geheim"] if "key" in said else []) == shown


def test_an_address_is_shown_without_password_and_options() -> None:
    assert scrubbed("postgres://me:geheim@db:5432/shop?sslkey=geheim#geheim") == "postgres://me@db:5432/shop"
    assert scrubbed("bigquery://project/dataset") == "bigquery://project/dataset"
