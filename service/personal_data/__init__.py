"""Personal data: erasure, retention, acts of destruction (152-FZ)."""
