"""The collector: receives signed batches, judges their form, keeps them, and says so with a receipt."""
