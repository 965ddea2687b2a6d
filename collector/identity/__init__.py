"""Who a probe is: one-time codes, certificates for the broker, and who is let in no longer."""
