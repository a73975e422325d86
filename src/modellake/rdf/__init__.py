"""RDF as a toolbox: reading, splitting, canonical form, validation, named queries, local entailment."""
