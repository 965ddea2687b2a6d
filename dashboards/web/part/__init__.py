"""The parts that pages are made of: each a noun and the pure module that makes it."""
