"""Telemetry of the processes: logs, metrics, and a worker's state over HTTP."""
