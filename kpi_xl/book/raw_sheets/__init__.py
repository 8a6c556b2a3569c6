"""Raw data on the book: the register of sources, raw sheets, formulas of indicators, and the sheet of their quality."""
