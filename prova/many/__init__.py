"""Commands over many lines: each line as soon as it is judged."""
