"""Telegram: discussions of channels and groups, by the Bot API."""
