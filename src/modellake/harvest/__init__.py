"""Harvesters: what turns the documents and tools of others into descriptions, one package or file a source."""
