[ask]
project: a @ https://index.example/a-1.0.tar.gz
project: b
[universe]
a https://index.example/a-1.0.tar.gz
  c
a 2.0
b 1.0
  a>=0.5
c 1.0
[answer]
a 1.0
b 1.0
c 1.0
