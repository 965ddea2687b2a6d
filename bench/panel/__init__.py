"""A regulator's own panel, weighted by the extract's arithmetic, beside what the regulator published of it."""
