"""Targets: proposed from history by named methods, decomposed exactly, and judged by the chance of being reached."""
