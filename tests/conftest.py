"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no defect: what is slow is measured in bench/, beside its rivals.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
