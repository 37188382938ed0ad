"""YouTube: its client, its quota, its errors, its adapter."""
