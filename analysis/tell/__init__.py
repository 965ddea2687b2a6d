"""What is worth telling a person unasked: what there is, and which of it is told now."""
