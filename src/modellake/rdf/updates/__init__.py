"""SPARQL updates as operations with templates (https://www.w3.org/TR/sparql11-update/)."""
