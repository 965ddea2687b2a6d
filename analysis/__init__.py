"""The analysis: holds what was observed against what was promised. All judgement lives here."""
