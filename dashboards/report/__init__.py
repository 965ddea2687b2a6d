"""An extract's report as people read it: a page that stands alone, and a PDF."""
