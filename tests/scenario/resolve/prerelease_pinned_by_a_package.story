[ask]
project: a
[universe]
a 1.0
  b==2.0b1
b 2.0b1
b 1.0
[answer]
a 1.0
b 2.0b1
