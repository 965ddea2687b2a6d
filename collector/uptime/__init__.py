"""When the collector was at work, and when it was not: what the measuring system says of itself."""
