"""How long the service was away, by whom, and since when the operator knew: Lei 16/2022, arts. 113 and 129."""
