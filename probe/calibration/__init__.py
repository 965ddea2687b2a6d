"""What this machine can measure, tried and kept as a signed certificate."""
