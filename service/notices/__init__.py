"""Notices: the inbox, channels, letters, deliveries, digests."""
