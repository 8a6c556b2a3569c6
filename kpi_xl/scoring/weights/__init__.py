"""Weights of indicators: stated, compared in pairs, drawn from data, combined and kept within bounds."""
