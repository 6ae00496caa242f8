"""Which counts are kept back so that no count of one to four households is told, nor follows from the others."""
