"""What authors say of answers, as persons have decided."""
