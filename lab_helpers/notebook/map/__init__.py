"""``lab.map()``: what exists in the cloud, how it is connected, and what is wrong with it."""
