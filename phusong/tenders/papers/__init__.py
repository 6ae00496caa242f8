"""The Word papers of a document set that submit, appraise, decide and explain."""
