"""Recording: a program tells the lake what it does while it does it."""
