"""How sure the ranks of a hubrank ranking are, why they change, what they would take, and where they would go."""
