"""The record of processing (GDPR art. 30) as dated data, and what is asked of it."""
