[problem]
python = >=3.9
[ask]
project: a
[universe]
a 2.0 >=3.11
a 1.0 >=3.10
[error]
no-solution: no versions satisfy the requirements where python_version < "3.10": you require `a` (pyproject.toml:1); `a` 2.0 needs Python >=3.11; `a` 1.0 needs Python >=3.10
hint: set `requires-python` to `>=3.10`
