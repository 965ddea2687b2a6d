"""The probe: measures one line, signs what it saw, keeps it until the collector has it."""
