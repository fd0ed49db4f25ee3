[ask]
project: a
project: b>=2.0b1
project: c
[universe]
a 2.0b1
a 1.0
b 2.0b2
b 1.0
c 0.1a1
[answer]
a 1.0
b 2.0b2
c 0.1a1
