"""What firstfive doctor looks at: one file per neighbour or part."""
