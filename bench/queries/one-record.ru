# title: Put in one record
# The statements stand in the place of UNDEF.
INSERT DATA { UNDEF }
