"""An extract's report: what it says and shows, from a package's files alone."""
