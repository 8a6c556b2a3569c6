"""From typed rows to facts: numerator, denominator, sample."""
