[problem]
constraints = b<2
overrides = c>=2
excludes = d
[ask]
project: a
[universe]
a 1.0
  b
  c<2
  d
b 2.0
b 1.0
c 2.0
c 1.0
d 1.0
[answer]
a 1.0
b 1.0
c 2.0
