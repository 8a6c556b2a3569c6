"""Worked examples from named sources, as files of their own where these are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "spec" / "published"


def case(name: str) -> dict[str, Any]:
    """Inputs and expected numbers of one example."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the collection of published examples is not beside the project: {path.name}")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
