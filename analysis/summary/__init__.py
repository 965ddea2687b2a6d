"""The contract summary as the operator printed it, read from its PDF."""
