# title: Take away every mark of how far a view has come
# The graph that marks are in stands in the place of UNDEF.
PREFIX lake: <https://w3id.org/model-lake#>
DELETE { GRAPH ?g { ?mark lake:appliedSequence ?sequence } }
WHERE {
  VALUES ?g { UNDEF }
  GRAPH ?g { ?mark lake:appliedSequence ?sequence }
}
