"""Light sensing between speed tests, and what it makes of the chance of one."""
