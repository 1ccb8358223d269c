-- the counties that share a warehouse; without rows it is one county's, and no fact tells counties apart
-- grain: county
select
    cast(s.admdvs as varchar) as county,
    cast(s.county_name as varchar) as name
from stg_counties s
