"""The directory: changed entry by entry or by a workbook, its hours, its completeness."""
