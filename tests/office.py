"""LibreOffice for the tests: one headless office a session, on a profile of its own."""

from __future__ import annotations

from kpi_xl.errors import KpiError
from kpi_xl.hosts.office_desktop import load_uno, soffice


def no_office() -> str:
    """Why LibreOffice cannot be spoken to here; empty when it can."""
    if soffice() is None:
        return "LibreOffice is not installed"
    try:
        load_uno()
    except KpiError:
        return "python3-uno is not installed for this Python"
    return ""
