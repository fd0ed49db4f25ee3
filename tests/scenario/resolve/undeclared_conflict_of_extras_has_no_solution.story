[ask]
extra:cpu: torch<2
extra:gpu: torch>=2
[universe]
torch 2.0
torch 1.0
[error]
no-solution: no versions satisfy the requirements: you require `torch<2` (pyproject.toml:1); you require `torch>=2` (pyproject.toml:2)
hint: relax `torch<2` (pyproject.toml:1) to allow 2.0
hint: relax `torch>=2` (pyproject.toml:2) to allow 1.0
hint: declare that extra `cpu` and extra `gpu` conflict
