"""Decisions that replay: the facts of a judgement written and read back, and judged again."""
