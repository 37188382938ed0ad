"""Shell around every page: sections, the person, the clock, and how an error looks."""
