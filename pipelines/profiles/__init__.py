"""One institution as it stands: its figures against target, peers and last year, its trends, its agreement.

profile     build, institution, period -> Profile;  own_profile: for the institution's own account
indicators  its figures beside those of its like alone;  staying: who has inpatients, which decides on what figures
"""

from pipelines.profiles.describing import alike, indicators, profile, staying
from pipelines.profiles.model import Indicator, Profile, Trend
from pipelines.profiles.own import own_profile

__all__ = ["Indicator", "Profile", "Trend", "alike", "indicators", "own_profile", "profile", "staying"]
