"""Posterior sampling: faces as a flow prior knows them that agree with what was published."""
