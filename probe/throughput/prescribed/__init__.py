"""Lengths and connections of speed tests as jurisdictions prescribe them."""
