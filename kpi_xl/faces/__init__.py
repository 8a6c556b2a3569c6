"""Gestures to commands, without logic."""
