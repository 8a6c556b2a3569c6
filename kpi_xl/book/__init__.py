"""The workbook as data: tables and columns, formulas in our notation, reading, checking and rendering."""
