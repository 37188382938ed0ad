"""Messages of the demo: each complaint goes its road, as a real message by real commands."""
