"""What `prova collector` does beside running: care of the store, and who may send."""
