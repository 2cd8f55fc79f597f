"""What an edit of a program is, and of which kind."""
