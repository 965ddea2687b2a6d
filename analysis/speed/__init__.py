"""The speed rules: one local day, one direction, one promised speed at a time."""
