"""How fast the embedded cloud is, next to its peers and to this machine's own floor."""
