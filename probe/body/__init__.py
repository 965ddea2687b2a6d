"""What a record says: one module a kind of observation."""
