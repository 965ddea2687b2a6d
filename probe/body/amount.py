"""Vocabulary. What an amount that was observed can be. Knows nothing of what it counts."""


def at_least_zero(**values: float | None) -> None:
    """Raises a ValueError that names the first field below zero; None, *not measured*, passes."""
    for field, value in values.items():
        if value is not None and not value >= 0:
            raise ValueError(f"{field} must not be negative, but is {value}")
