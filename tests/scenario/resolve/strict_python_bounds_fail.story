[problem]
python = >=3.12
python-bounds = strict
[ask]
project: a<2
[universe]
a 1.0 >=3.10,<3.14
[error]
no-solution: no versions satisfy the requirements where python_version >= "3.14": you require `a<2` (pyproject.toml:1); `a` 1.0 needs Python >=3.10,<3.14
