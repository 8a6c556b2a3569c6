"""Where formulas are computed: DuckDB in process, or a database, warehouse or cluster by its URL."""
