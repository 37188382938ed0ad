"""Workbooks and tables from outside, read within bounds."""
