"""What other tools' files told, kept apart from what probes signed."""
