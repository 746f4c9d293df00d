"""The chain's rules: stages and criteria as versioned data, and the checks that look at the data themselves."""
