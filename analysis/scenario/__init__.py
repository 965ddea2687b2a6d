"""Cases told in words of the contract: what a line did, what its customer did, and what follows from it."""
