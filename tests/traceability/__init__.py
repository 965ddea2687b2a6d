"""From what is asked, by its clause, to the code that does it and the tests that show it."""
