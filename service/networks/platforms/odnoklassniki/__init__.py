"""Одноклассники: its client, its errors, its adapter."""
