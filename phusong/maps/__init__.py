"""Maps and figures drawn from results; computes nothing."""
