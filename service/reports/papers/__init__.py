"""Papers of the office: who issues and signs them, who makes them, and where they are kept."""
