"""Published: packages that are known to be on PyPI under the name by which they are imported.

Only these, and the renamed ones in `packages.py`, are ever advised. Whoever types `pip install`
with a name that a script merely imports runs the code of whoever has registered that name.
"""

from __future__ import annotations

__all__ = ["PUBLISHED"]

_NAMES = """
accelerate adal aiohttp albumentations altair arviz azure.ai.ml azure.common azure.core
azure.cosmos azure.data.tables azure.identity azure.keyvault.secrets azure.mgmt.compute
azure.mgmt.containerregistry azure.mgmt.core azure.mgmt.resource azure.mgmt.storage
azure.storage.blob azure.storage.file azure.storage.queue bokeh boto3 botocore catboost chardet
click cloudpickle cupy cvxpy cython dask dask_ml datasets deap deepspeed dill django eli5 emcee
evaluate fairlearn fastai fastapi fasttext featuretools filelock flair flask fsspec gensim
geopandas google.auth google.cloud.bigquery google.cloud.storage gpytorch graphviz gym gymnasium
h5py hdbscan holidays httpx hyperopt imageio imgaug ipykernel ipython ipywidgets jax jaxlib
jinja2 joblib jsonschema keras kneed langdetect librosa lifelines lightfm lightgbm lightning lime
llvmlite loguru lxml matplotlib mlflow mlxtend msal msrest msrestazure mxnet networkx
neuralprophet nibabel nltk numba numexpr numpy onnx onnxmltools onnxruntime opacus openpyxl
optuna pandas pandas_profiling papermill patsy peft pendulum pickle5 pingouin plotly pmdarima
polars prophet psutil py4j pyarrow pydantic pydicom pydot pymc pymc3 pymongo pyod pyodbc pyspark
pystan pytest pytorch_lightning pytz rapidfuzz ray regex requests rouge_score s3fs sacrebleu
sacremoses scipy seaborn sentence_transformers sentencepiece seqeval shap simpletransformers six
skl2onnx skorch sktime spacy sqlalchemy stable_baselines3 statsmodels sympy tables tabulate tblib
tensorboard tensorboardX tensorflow tensorflow_addons tensorflow_datasets tensorflow_hub
tensorflow_probability tensorflow_text textblob tiktoken timm tldextract tokenizers toml torch
torchaudio torchmetrics torchtext torchvision tornado tqdm transformers treelib trl tsfresh typer
ujson unidecode uvicorn wandb wget wordcloud xarray xgboost xlrd xlsxwriter yellowbrick yfinance
zarr
"""

PUBLISHED = frozenset(_NAMES.split())
