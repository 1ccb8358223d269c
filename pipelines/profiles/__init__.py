"""One institution as it stands: its figures against target, peers and last year, its trends, its agreement.

profile     build, institution, period -> Profile
"""

from pipelines.profiles.describing import profile
from pipelines.profiles.model import Indicator, Profile, Trend

__all__ = ["Indicator", "Profile", "Trend", "profile"]
