"""The pages of reports: of any period, and the weekly summaries of clause 21."""
