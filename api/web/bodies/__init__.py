"""Bodies, entry by entry, for the administrator: names, accounts, who oversees, hours, templates of answers."""
