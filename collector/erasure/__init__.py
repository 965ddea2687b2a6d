"""A line erased from everything that the collector keeps, while all that remains goes on proving what it proved."""
