"""Care of the store: copies of it, and the way back."""
