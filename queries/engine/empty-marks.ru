# title: Take away every mark of how far a view has come
# The graph that marks are in stands in the place of UNDEF.
DELETE { GRAPH ?g { ?mark <https://w3id.org/model-lake#appliedSequence> ?sequence } }
WHERE {
  VALUES ?g { UNDEF }
  GRAPH ?g { ?mark <https://w3id.org/model-lake#appliedSequence> ?sequence }
}
