"""From checked formulas to SQL, as trees of sqlglot that each engine renders in its own dialect."""
