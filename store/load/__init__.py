"""Load: what came, what people did and how long it waited, of a period, as a simulation is fed and judged by."""
