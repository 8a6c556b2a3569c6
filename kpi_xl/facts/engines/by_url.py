"""A database, warehouse or cluster by its URL, opened by Ibis; the SQL is rendered in its own dialect."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from kpi_xl.facts.engines.said import HIDDEN, SECRET, EngineError, told
from kpi_xl.facts.raw.layouts import layouts

if TYPE_CHECKING:
    from sqlglot import exp

DIALECTS = {"pyspark": "spark"}
"""Where sqlglot's name of a dialect is not Ibis's of the engine."""
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


class UrlEngine:
    """An Ibis connection to a place where the raw tables are, under their canonical names."""

    def __init__(self, connection: Any, secrets: Iterable[str] = ()):
        self.connection = connection
        self.dialect = DIALECTS.get(connection.name, connection.name)
        self.secrets = tuple(secrets)

    def tables(self) -> Mapping[str, Mapping[str, str]]:
        """Type of each column of the canonical tables that are there."""
        try:
            there = set(self.connection.list_tables())
            found = {name: self.connection.table(name).schema() for name in layouts() if name in there}
        except Exception as error:
            raise self._failed("E-DATABASE-QUERY", error) from None
        return {name: {column: str(kind) for column, kind in schema.items()} for name, schema in found.items()}

    def unique(self) -> frozenset[tuple[str, str]]:
        """Nothing is known of what others have filled."""
        return frozenset()

    def sizes(self) -> Mapping[str, int]:
        """A warehouse has its own ways with large sets."""
        return {}

    def run(self, query: exp.Expr) -> Sequence[Sequence[object]]:
        """Rows of a query."""
        from kpi_xl.facts.sql.rendered import rendered

        try:
            return _rows(self.connection.raw_sql(rendered(query, self.dialect)))
        except Exception as error:
            raise self._failed("E-DATABASE-QUERY", error) from None

    def _failed(self, code: str, error: Exception) -> EngineError:
        return EngineError(code, engine=self.connection.name, reason=told(error, self.secrets))


def open_engine(url: str) -> UrlEngine:
    """Engine at a URL, such as ``postgres://appraiser@db.example/shop`` or ``pyspark://``.

    ``$NAME`` in the URL stands for the environment variable; a password is never written in it, but comes from such a
    variable, from those that the driver itself knows (PGPASSWORD), or from the driver's own file.

    Raises
    ------
    EngineError
        E-DATABASE-URL, E-DATABASE-PASSWORD, E-DATABASE-VARIABLE, E-DATABASE-DRIVER or E-DATABASE-UNREACHABLE.
    """
    place = scrubbed(url)
    full, secrets = _filled_in(url, place)
    try:
        ibis = import_module("ibis")
    except ImportError:
        raise EngineError("E-DATABASE-DRIVER", engine=place, package="ibis-framework") from None
    scheme = urlsplit(url).scheme
    if scheme not in known_schemes():
        raise EngineError("E-DATABASE-URL", engine=place, known=" ".join(known_schemes()))
    try:
        return UrlEngine(ibis.connect(full), secrets)
    except ImportError as error:
        raise EngineError("E-DATABASE-DRIVER", engine=place, package=error.name or scheme) from None
    except Exception as error:
        raise EngineError("E-DATABASE-UNREACHABLE", engine=place, reason=told(error, secrets)) from None


def known_schemes() -> tuple[str, ...]:
    """Engines that Ibis knows, by the scheme of their URLs; DuckDB is opened without it."""
    names = {point.name for point in entry_points(group="ibis.backends")} | {"postgresql"}
    return tuple(sorted(names - {"duckdb"}))


def scrubbed(url: str) -> str:
    """A URL as it may be shown: who and where, but no password and no options.

    >>> scrubbed("postgres://me:geheim@db.example:5432/shop?token=1")
    'postgres://me@db.example:5432/shop'
    """
    try:
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")
    except ValueError:
        return HIDDEN
    user = place[0].partition(":")[0]
    return f"{parts.scheme}://{user}{'@' if user else ''}{place[2]}{parts.path}"


def _filled_in(url: str, place: str) -> tuple[str, tuple[str, ...]]:
    """The URL with its variables' values, and those values, which nobody is to see."""
    try:
        written = urlsplit(url).password or ""
    except ValueError:
        raise EngineError("E-DATABASE-URL", engine=place, known=" ".join(known_schemes())) from None
    if _VARIABLE.sub("", written) or SECRET.search(_VARIABLE.sub("", urlsplit(url).query)):
        raise EngineError("E-DATABASE-PASSWORD", engine=place)
    secrets: list[str] = []

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in os.environ:
            raise EngineError("E-DATABASE-VARIABLE", engine=place, name=name)
        secrets.extend(each for each in (os.environ[name], unquote(os.environ[name])) if each)
        return os.environ[name]

    return _VARIABLE.sub(value, url), tuple(secrets)


def _rows(result: Any) -> Sequence[Sequence[object]]:
    """Rows of what an engine hands back: a frame, a cursor, or rows at once."""
    if hasattr(result, "collect"):
        return [tuple(row) for row in result.collect()]
    if hasattr(result, "fetchall"):
        try:
            return [tuple(row) for row in result.fetchall()]
        finally:
            result.close()
    return [tuple(row) for row in getattr(result, "result_rows", result)]
