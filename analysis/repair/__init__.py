"""Repairs, activations and visits, held against the contract's working-hour clocks."""
