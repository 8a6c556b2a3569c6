"""The pure worksheet functions; importing the package fills the registry."""

from __future__ import annotations

from kpi_xl.functions import figures as figures
from kpi_xl.functions import opinions as opinions
from kpi_xl.functions import parsing as parsing
from kpi_xl.functions import scores as scores
from kpi_xl.functions import sharing as sharing
from kpi_xl.functions import targets as targets
from kpi_xl.functions import weights as weights
from kpi_xl.functions.cells import CellFailure
from kpi_xl.functions.registry import REGISTRY, Argument, FunctionSpec

__all__ = ["REGISTRY", "Argument", "CellFailure", "FunctionSpec"]
