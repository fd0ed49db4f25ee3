[ask]
project: redis
[universe]
redis 5.0
  async-timeout>=4 ; python_full_version < "3.11.3"
async-timeout 5.0
[answer]
async-timeout 5.0 ; python_full_version < "3.11.3"
redis 5.0
