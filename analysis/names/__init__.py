"""Names: whether they resolve, told apart from whether the line works."""
