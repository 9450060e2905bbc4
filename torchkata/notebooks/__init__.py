"""A notebook's text: its cells as one script, and what an answer in them needs."""
