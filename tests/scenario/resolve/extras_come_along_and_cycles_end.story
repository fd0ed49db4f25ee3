[ask]
project: a[all]
[universe]
a 1.0 extras='all,x,y'
  a[x,y] ; extra == "all"
  b ; extra == "x"
  c ; extra == "y"
  d ; extra == "z"
b 1.0
  a
c 1.0
  b[missing]
[answer]
a 1.0
b 1.0
c 1.0
warning: `b` 1.0 has no extra `missing`
