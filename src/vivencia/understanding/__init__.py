"""What customers say in their own words: language, sentiment, emotion, aspects, marks, masks."""
