"""Pure. What a leaf of the collector's log is: one batch, and when it came.

The log has a leaf for every batch in order of arrival, whether or not it brought new records. Knows nothing of where
the batches lie.
"""

from collector.proof.merkle import leaf_hash

_TIME_BYTES = 8


def batch_leaf(sha256: str, received_us: int) -> bytes:
    """The hash of the leaf: over the batch's digest, 32 bytes, and its arrival in microseconds since 1970, 8 bytes
    big-endian and signed. Raises ValueError where `sha256` is no hexadecimal number.
    """
    return leaf_hash(bytes.fromhex(sha256) + received_us.to_bytes(_TIME_BYTES, "big", signed=True))
