"""The database: engines, sessions, transactions, and what every table is made of."""
