"""Identity: which IRIs name one resource, why, and who decided so."""
