// The table as it was given, with what was understood of it.
