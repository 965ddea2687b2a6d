"""Proofs over what was collected: a Merkle tree of all batches, signed checkpoints, time-stamps, and their check."""
