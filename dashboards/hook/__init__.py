"""Findings sent on to whoever asked for them: signed, at least once, out of a durable outbox."""
