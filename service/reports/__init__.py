"""Reports: summaries, papers, workbooks."""
