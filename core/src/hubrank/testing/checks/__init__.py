"""What each kind of part promises, as functions `check_*(part, options)`."""
