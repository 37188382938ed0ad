"""Messages: reading one and many, what may be shown, what is suggested while they are written."""
