# Freeing `d` would not help, so it is not named.
[ask]
project: a>=2
project: b<2
project: d==1.0
[universe]
a 2.0
  b>=2
a 1.0
  b>=1
b 2.0
b 1.0
d 2.0
d 1.0
[error]
no-solution: no versions satisfy the requirements: you require `a>=2` (pyproject.toml:1); you require `b<2` (pyproject.toml:2); `a` 2.0 needs `b>=2`
hint: relax `a>=2` (pyproject.toml:1) to allow 1.0
hint: relax `b<2` (pyproject.toml:2) to allow 2.0
