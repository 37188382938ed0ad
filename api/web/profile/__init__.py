"""The page of one's own sign-in: password and open sign-ins."""
