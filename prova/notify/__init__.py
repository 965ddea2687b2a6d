"""Telling a person by mail or message what they asked to be told."""
