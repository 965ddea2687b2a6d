"""Other countries' rules, as comparators: the same tests, judged as they would be there."""
