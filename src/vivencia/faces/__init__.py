"""Floor 6, the faces: how people and programs meet Vivencia. The command line composes the others."""
