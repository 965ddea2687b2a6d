"""What is there for a claim, what is missing, and what to do about it."""
