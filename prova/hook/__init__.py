"""`prova api hooks`."""
