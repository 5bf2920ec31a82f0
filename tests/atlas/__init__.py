"""Every page of the site, in a world where everything has happened: looked at by what must hold of
each page alike."""
