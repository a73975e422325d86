"""What modellake is about, without any I/O: names, terms, typed records, findings, plugin protocols."""
