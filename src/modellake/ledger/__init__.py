"""What happened: the append-only, hash-chained history of a lake, and what was turned away."""
