"""The check of a whole store: signatures, chains, rows, files, the log and its checkpoints."""
