"""The set-up: from a contract to a line that is measured, for somebody who knows nothing of networks."""
