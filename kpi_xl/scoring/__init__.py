"""How an appraisal is computed: pure functions, no files, no language."""
