[ask]
project: requests
project: urllib3<1
[universe]
requests 2.0
  urllib3>=1.21
requests 1.0
  urllib3>=1.0
urllib3 2.0
urllib3 1.26
urllib3 0.9
[error]
no-solution: no versions satisfy the requirements: you require `requests` (pyproject.toml:1); you require `urllib3<1` (pyproject.toml:2); `requests` 1.0 needs `urllib3>=1.0`; `requests` 2.0 needs `urllib3>=1.21`
hint: relax `urllib3<1` (pyproject.toml:2) to allow 2.0
