"""The doctor: checks of a lake and its surroundings, each a small function with findings and remedies."""
