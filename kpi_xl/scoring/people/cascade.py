"""How a parent's total bears on that of its people: in one of three forms, and never in two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpi_xl.errors import MethodError

Form = Literal["share", "coefficient", "bonus"]

CASCADES: tuple[Form, ...] = ("bonus", "share", "coefficient")
"""In the order of their numbers on the sheet, from 0."""
LEAST, MOST = 0.8, 1.2
"""Limits of the coefficient."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """One form and its strength: alpha of a share, beta of a coefficient."""

    form: Form
    strength: float = 0.0


def cascaded(total: float | None, parent: float | None, cascade: Cascade) -> float | None:
    """A person's total with the parent's in it, not rounded.

    Parameters
    ----------
    total : float or None
        The person's own, after role mix and period mix.
    parent : float or None
        The parent's own, before anything cascades to it.
    cascade : Cascade
        share: alpha parent + (1 - alpha) own. coefficient: own times 1 + beta (parent - 100) / 100, within `LEAST`
        and `MOST`. bonus: own, since the parent's coefficient multiplies the bonus.

    Returns
    -------
    float or None
        None when a total that it needs is withheld.

    Raises
    ------
    MethodError
        ``E-CASCADE-STRENGTH``: alpha outside 0 to 1, beta below 0.

    >>> round(cascaded(91, 104, Cascade("share", 0.4)), 2), round(cascaded(91, 104, Cascade("coefficient", 0.5)), 2)
    (96.2, 92.82)
    """
    _check(cascade)
    if total is None or cascade.form == "bonus" or cascade.strength == 0:
        return total
    if parent is None:
        return None
    if cascade.form == "share":
        return cascade.strength * parent + (1 - cascade.strength) * total
    return total * min(MOST, max(LEAST, 1 + cascade.strength * (parent - 100) / 100))


def _check(cascade: Cascade) -> None:
    if cascade.strength < 0 or (cascade.form == "share" and cascade.strength > 1):
        raise MethodError("E-CASCADE-STRENGTH", form=cascade.form, found=cascade.strength)
