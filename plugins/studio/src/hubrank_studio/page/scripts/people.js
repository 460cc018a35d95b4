// Weights of several people, gathered on one link.
