"""Raw rows of exports to clean canonical tables: read, mapped, typed, checked, every dropped row accounted for."""
