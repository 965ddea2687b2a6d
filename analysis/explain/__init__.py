"""From a finding back to its clause, its numbers and its records."""
