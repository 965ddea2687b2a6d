"""The page as `prova up` serves it: who may enter, and what this machine does for it."""
