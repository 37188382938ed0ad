"""Import of messages from tables: `otklik import`."""
