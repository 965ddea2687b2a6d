"""Several collectors on one broker: which lines are whose, and all of their stores read as one."""
