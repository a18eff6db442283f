"""Pure numbers: intervals, shrinkage, relative importance, necessity, asymmetry. Knows no customer."""
