"""The case: the diary as forms, what falls due, what follows, and the dossier made of it."""
