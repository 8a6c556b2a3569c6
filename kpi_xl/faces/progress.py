"""A bar on the terminal while something long runs; nothing where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kpi_xl.faces.speech import say
from kpi_xl.labels import Lang, table


@contextmanager
def progress(lang: Lang, *, is_silent: bool) -> Iterator[Callable[[str], None]]:
    """Yield a function that is told the next step; the bar is there when tqdm is."""
    bar = None if is_silent else _bar()

    def tell(step: str) -> None:
        if bar is not None:
            bar.set_description_str(_told(step, lang))
            bar.update(1)

    try:
        yield tell
    finally:
        if bar is not None:
            bar.close()


def _told(step: str, lang: Lang) -> str:
    """A step that has words in them, a count as it is, and else the name of an engine."""
    if f"progress.{step}" in table("cli"):
        return say(f"progress.{step}", lang)
    return step if "/" in step else say("progress.engine", lang, engine=step)


def _bar() -> Any:
    """The bar, or None where the library is not installed."""
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm(leave=False, bar_format="{desc} {elapsed}")
