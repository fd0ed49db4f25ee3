# ... and the pre-release where every final one fails.
[ask]
project: c
project: a
[universe]
a 1.0
  b>=2.0rc1
b 2.0
b 2.0rc1
c 1.0
  b!=2.0
[answer]
a 1.0
b 2.0rc1
c 1.0
