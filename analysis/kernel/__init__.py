"""Speed rules over many lines at once: the same counts and verdicts as `analysis.speed`, on whole lines as arrays."""
