"""What the processes tell of their work: logs, metrics, and a worker's state over HTTP."""
