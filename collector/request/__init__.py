"""Requests of people about their own data: logged, dated, and kept to."""
