"""The proofs of what this repository claims. CONTRIBUTING.md tells how they are arranged."""
