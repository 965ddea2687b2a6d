"""The page's drawings, as SVG: a chart of tests, a ribbon of time."""
