[ask]
project: a
[universe]
a 2.0 broken
a 1.0
[answer]
a 1.0
