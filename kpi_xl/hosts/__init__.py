"""Where a workbook lives: in memory or in a file, behind one narrow port."""
