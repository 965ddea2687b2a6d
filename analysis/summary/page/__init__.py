"""What stands where on a document's pages, put into reading order."""
