[ask]
project: a>5
[universe]
a 2.0
a 1.0
[error]
no-solution: no versions satisfy the requirements: you require `a>5` (pyproject.toml:1), but versions go from 1.0 to 2.0 and none of them is that
hint: relax `a>5` (pyproject.toml:1) to allow 2.0
