[problem]
locked = b==1.0
[ask]
project: a
[universe]
a 1.0
  b
b 2.0
b 1.0
[answer]
a 1.0
b 1.0
