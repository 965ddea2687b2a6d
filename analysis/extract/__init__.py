"""The regulator's extract: tables of a period that may be published as they stand."""
