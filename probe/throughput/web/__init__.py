"""What a measuring server answers over plain HTTP, on the port of its tests."""
