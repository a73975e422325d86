# title: Take away all that is said of some subjects, in every graph
# What a view does before it puts a record's new state in; the subjects stand in the place of UNDEF.
DELETE { ?s ?p ?o }
WHERE {
  VALUES ?s { UNDEF }
  ?s ?p ?o
} ;
DELETE { GRAPH ?g { ?s ?p ?o } }
WHERE {
  VALUES ?s { UNDEF }
  GRAPH ?g { ?s ?p ?o }
}
