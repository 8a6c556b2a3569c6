"""From a working book to one that travels: no macro, no link, nobody's name, nothing hidden, sealed."""
