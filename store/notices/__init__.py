"""Notices, channels, deliveries."""
