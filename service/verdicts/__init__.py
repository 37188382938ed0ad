"""What authors say of answers: suggested by words, decided by a person."""
