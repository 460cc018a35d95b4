"""The Handbook's standard methods: pure functions over arrays and the records that name them."""
