"""Targets on the book: proposed from facts, decomposed from the goals of the year, written where nobody typed one."""
