"""The catalog: writes through the gate into the ledger, and reads from the views."""
