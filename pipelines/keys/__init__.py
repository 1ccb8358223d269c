"""Keys that are kept outside the warehouse, and Parquet files that only they open. The other packages know no cipher.

FUND_KEYS names the key folder. A warehouse is encrypted from `keys init` on; without it everything is as ever.
"""

from pipelines.keys.finding import all_of, key_name, located, material_of
from pipelines.keys.places import bound, encrypting, folder, masters, person_key_path, write_key

__all__ = [
    "all_of",
    "bound",
    "encrypting",
    "folder",
    "key_name",
    "located",
    "masters",
    "material_of",
    "person_key_path",
    "write_key",
]
