"""Made-up inputs that several rooms' tests share."""
