"""What is practised: vignettes, clients, sets, and the words a scenario file may use."""
