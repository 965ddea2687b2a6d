"""Days that were, each read and judged once and kept small: what pages over many days are made from."""
