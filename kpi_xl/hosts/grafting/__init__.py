"""Sheets of one workbook taken over into another, which keeps every byte that need not change."""
