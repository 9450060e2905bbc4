"""What a class understands: figures of graded results, and the page that shows them."""
