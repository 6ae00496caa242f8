"""The service: people, rounds, studies, packages; it knows who may do what, and computes nothing itself."""
