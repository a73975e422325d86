"""Where questions are answered: one protocol, several engines."""
