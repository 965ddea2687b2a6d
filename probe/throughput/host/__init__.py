"""The machine that a measuring server runs on: who it is, and how busy it was during a test."""
