"""How messages come in: a connection that reads fast, and whose turn it is where more came than can be settled."""
