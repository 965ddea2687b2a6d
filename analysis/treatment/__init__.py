"""Whether tests to some server, or by some method, are treated otherwise than the rest."""
