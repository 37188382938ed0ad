"""YouTube: its client, its errors, its adapter."""
