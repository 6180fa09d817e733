"""Commands that look into what a server does: each a module, gathered by `facade.__main__`."""
