"""Pure numbers: intervals, shrinkage, relative importance, necessity, asymmetry. Knows no customer.

Parts of scipy are named in full (`scipy.special.ndtr`): so they are loaded at their first use,
and commands that compute nothing start at once.
"""
