"""Which lines are in an extract, and as what: what is known of them beside contracts, and what was left out."""
