"""Names that people often mean when they mistype one; a hint is given only after the index has confirmed it."""

from __future__ import annotations

_TEXT = """
aiohttp alembic altair annotated-types anyio arrow asyncpg attrs authlib autopep8 azure-core babel bcrypt
beautifulsoup4 bitarray black blinker bokeh boto3 botocore bottle build cachetools cattrs celery certifi cffi
chardet charset-normalizer click cloudpickle colorama commitizen contourpy coverage cryptography cycler cython dash
dask dateparser deepdiff defusedxml dill distlib django django-filter djangorestframework dnspython docker docutils
dulwich duckdb elasticsearch email-validator faker falcon fastapi fastapi-cli feedparser filelock fire flake8 flask
flask-cors flask-login flask-sqlalchemy flit-core fonttools freezegun fsspec gevent gitpython google-api-core
google-auth google-cloud-storage graphene greenlet grpcio gunicorn h11 h5py hatchling html5lib httpcore httptools
httpx hypothesis icalendar idna imageio importlib-metadata importlib-resources iniconfig ipykernel ipython
ipywidgets isort itsdangerous jax jinja2 jmespath joblib jsonschema jupyter jupyterlab keras keyring kiwisolver
kombu kubernetes langchain lark litellm llvmlite loguru lxml mako markdown markdown-it-py markupsafe marshmallow
matplotlib mkdocs mkdocs-material mlflow mongoengine more-itertools moto msgpack msgspec multidict mypy mysqlclient
nbconvert networkx nltk notebook nox numba numpy oauthlib odfpy onnx onnxruntime openai opencv-python openpyxl
opentelemetry-api orjson packaging pandas paramiko passlib pathspec peewee pendulum pexpect pillow pip pip-tools
platformdirs playwright plotly pluggy poetry polars pre-commit prometheus-client prompt-toolkit propcache protobuf
psutil psycopg psycopg2 psycopg2-binary pyarrow pyasn1 pycparser pycryptodome pycurl pydantic pydantic-core
pydantic-settings pyflakes pygments pyinstaller pyjwt pylint pymongo pymysql pynacl pyodbc pyopenssl pyparsing
pyproject-hooks pyright pyserial pytest pytest-asyncio pytest-cov pytest-django pytest-mock pytest-xdist
python-dateutil python-dotenv python-multipart pytz pywin32 pyyaml pyzmq rapidfuzz redis regex requests
requests-oauthlib requests-toolbelt responses rich rsa ruff s3fs s3transfer scikit-image scikit-learn scipy scrapy
seaborn selenium sentry-sdk setuptools setuptools-scm shapely simplejson six sniffio snowflake-connector-python
sortedcontainers soupsieve spacy sphinx sphinx-rtd-theme sqlalchemy sqlmodel sqlparse starlette statsmodels
streamlit structlog sympy tabulate tenacity tensorboard tensorflow textual threadpoolctl tiktoken tokenizers tomli
tomlkit torch torchaudio torchvision tornado tox tqdm transformers trio twine typer types-pyyaml types-requests
typing-extensions typing-inspection tzdata tzlocal ujson uritemplate urllib3 uvicorn uvloop virtualenv watchdog
watchfiles websocket-client websockets werkzeug wheel wrapt xarray xgboost xlrd xlsxwriter xmltodict yapf yarl zarr
zipp zstandard
"""

WELL_KNOWN = tuple(_TEXT.split())
"""Normalised, sorted, no duplicates."""
