"""What happened around a line that no probe can see: its nouns, and the file that they stand in."""
