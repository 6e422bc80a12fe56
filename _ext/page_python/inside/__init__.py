"""What runs in Python in the page, and stands in one archive with the book's package."""
