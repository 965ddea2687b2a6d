"""What is kept of people: the record of processing and what is made of it, claim holds, retention by hand."""
