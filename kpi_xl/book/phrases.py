"""Values and clauses in words, in their own unit."""

from __future__ import annotations

from collections.abc import Mapping

from kpi_xl.labels import Lang, label

JOINTS: Mapping[Lang, str] = {"zh": "；", "en": "; "}
"""What stands between two clauses."""


def say(key: str, lang: Lang, **facts: object) -> str:
    """One clause."""
    return label("sentences", key, lang).format(**facts)


def value_text(value: float, unit: str, decimals: int, lang: Lang) -> str:
    """A value as a person writes it: 21.00%, 5,000,000 元, 22 小时.

    `decimals` are those of the stored number: a percentage stores two more than it shows.
    """
    if unit == "%":
        return f"{trimmed(value * 100, max(decimals - 2, 0))}%"
    return f"{trimmed(value, decimals)} {unit}".strip()


def trimmed(value: float, decimals: int) -> str:
    """A number with its thousands marked, without needless zeros."""
    text = f"{value:,.{max(decimals, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def points_text(value: float) -> str:
    """Points without needless zeros."""
    return trimmed(value, 2)
