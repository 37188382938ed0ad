"""A workbook that is being made: how far it is, and the file."""
