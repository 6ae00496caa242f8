"""Datasets, studies, plans, packages and documents as the service knows them; the work is that of ``phusong.study``."""
