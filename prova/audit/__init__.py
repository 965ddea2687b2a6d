"""The audit log as the front door writes and shows it."""
