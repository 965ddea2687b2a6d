"""What stands around every page: its name, the way to the others, the languages, what to know first."""
