"""ВКонтакте: its client, its errors, its adapter."""
