"""People of the directory: their absences, and for the administrator their sign-ins."""
