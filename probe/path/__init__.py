"""The way to a target hop by hop, and what else takes crafted packets: found by a process that lives for seconds."""
