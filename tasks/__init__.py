"""Prefect tasks: ten lines each, ids in and ids out, one service call in one transaction, harmless when repeated."""
