"""Reports: figures of a period, summaries, papers."""
