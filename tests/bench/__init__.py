"""`make bench`: how fast it is, beside what, and what of the targets is met.

    python -m tests.bench                      every part, then docs/performance.md
    python -m tests.bench throughput           one part; the figures of the others are kept
    python -m tests.bench history --size full  the whole history of a platform: an hour or more

The parts are `throughput`, `judgements`, `replay`, `trail`, `pages`, `paper`, `growth` and
`history`. Each puts its figures in docs/performance.json, from which docs/performance.md and
docs/performance.svg are written. Nothing here judges whether the product is right: that is what the
tests are for. What is counted is counted again in the database, so that a figure is never made of
acts that did not happen.
"""
