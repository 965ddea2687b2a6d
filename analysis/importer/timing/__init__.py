"""When a row was measured: what its time says, and what only its neighbours tell."""
