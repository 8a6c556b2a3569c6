"""Worksheet functions: pure, one Python function each; its signature is the registry row."""

from __future__ import annotations

from kpi_xl.functions import grading, measures, scores
from kpi_xl.functions.cells import CellFailure
from kpi_xl.functions.registry import REGISTRY, Argument, FunctionSpec, call_function, worksheet_function

MODULES = (scores, measures, grading)
"""Importing them is what fills the registry."""

__all__ = ["MODULES", "REGISTRY", "Argument", "CellFailure", "FunctionSpec", "call_function", "worksheet_function"]
