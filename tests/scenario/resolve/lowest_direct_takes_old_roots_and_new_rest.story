[problem]
resolution = lowest-direct
[ask]
project: a>=2
[universe]
a 3.0
  b
a 2.0
  b
a 1.0
b 2.0
b 1.0
[answer]
a 2.0
b 2.0
