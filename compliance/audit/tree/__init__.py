"""The tree over the trail: leaves added by one chainer, roots, proofs, signed checkpoints."""
