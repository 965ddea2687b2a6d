"""How long what is kept is kept: declared, shown before it is done, signed for when it is."""
