"""Where a workbook lives: in a file, in memory or open in an office, behind one narrow port."""
