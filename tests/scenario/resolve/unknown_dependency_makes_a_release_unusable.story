[ask]
project: a
[universe]
a 2.0
  nowhere
a 1.0
[answer]
a 1.0
