"""What a speed test gives way to: the household, and other probes of the line."""
