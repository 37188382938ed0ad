"""Instagram: its client, its errors, its adapter; off unless a setting says otherwise."""
