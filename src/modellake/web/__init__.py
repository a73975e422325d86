"""The lake over HTTP: SPARQL first, and a room beside it for each other way in."""
