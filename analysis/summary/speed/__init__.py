"""The promised speeds, found by the words beside, before and above them."""
