"""SPARQL updates, carried out through the gate: what they add and take back is curated, in one commit."""
