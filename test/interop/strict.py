"""Imported for its effect: from here on any warning is an error.

What zarr-python warns of is something that nobody should have written. The one exception is said of numcodecs' codecs
by their own reader, whoever wrote the array.
"""

import warnings

warnings.simplefilter("error")
warnings.filterwarnings("ignore", message="Numcodecs codecs are not in the Zarr version 3 specification")
