// A first visit: one minute on an example.
