"""The language an indicator is written in: Excel's own, over the columns of raw tables."""
