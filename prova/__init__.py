"""The front door: the `prova` command and the wiring of the rooms on one machine."""
