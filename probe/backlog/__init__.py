"""What waits in the spool for long: how it is stored, and how it is made smaller without losing evidence."""
