# title: Take away all that is said of some subjects, in some graphs
# What a view does in a service that holds other graphs besides; graphs and subjects stand in the places of UNDEF.
DELETE { GRAPH ?g { ?s ?p ?o } }
WHERE {
  VALUES ?g { UNDEF }
  VALUES ?s { UNDEF }
  GRAPH ?g { ?s ?p ?o }
}
