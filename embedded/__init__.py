"""One command that starts everything: Temporal's dev server, worker, API and pages, on one data directory."""
