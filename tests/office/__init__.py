"""Numbers of a whole office, counted a second time from its journals."""
