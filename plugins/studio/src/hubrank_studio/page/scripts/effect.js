// What a choice did: which ranks changed beyond their ranges, between any two steps.
