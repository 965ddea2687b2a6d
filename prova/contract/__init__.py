"""A contract file at the front door: read from a PDF, asked about, written."""
