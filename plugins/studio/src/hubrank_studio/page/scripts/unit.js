// What is known of a unit: its origin, its steps, and what it would take to reach a rank.
