"""The networks of clause 3, one folder each: its client, its table of errors, its adapter to `port`."""
