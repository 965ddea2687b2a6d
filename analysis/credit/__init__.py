"""What is owed for time without service, under every reading, and whether it was given."""
