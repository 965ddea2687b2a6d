"""The store shown to other systems: never the evidence, made anew at any time."""
