"""What people call the roles of raters, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kpi_xl.labels import keys_by_label
from kpi_xl.scoring.opinion.reading import Words


@cache
def _codes() -> Mapping[str, str]:
    return {word: key.removeprefix("role.") for word, key in keys_by_label("words", "role.").items()}


def role_code(text: str) -> str:
    """Code of a role; the word itself, in lower case, where the company has a role of its own.

    >>> role_code("上级"), role_code("peer"), role_code("Coach")
    ('superior', 'peer', 'coach')
    """
    folded = {word.casefold(): code for word, code in _codes().items()}
    return folded.get(text.strip().casefold(), text.strip().casefold())


@cache
def rater_words() -> Words:
    """The words for params such as ``weights=上级:60%``."""
    return Words(roles=_codes())
