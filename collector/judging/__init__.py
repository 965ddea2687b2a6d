"""How many messages a second are judged: a batch read only as far as keeping it asks, in processes beside this one."""
