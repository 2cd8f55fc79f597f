"""Classification of the edits that make slow programs fast."""
