-- what the fund pays for a bed-day under the bed-day pilot
-- grain: year, institution, institution_group, disease_class, day_from
select
    cast(s.year as integer) as year,
    cast(s.fixmedins_code as varchar) as institution,
    cast(s.institution_group as varchar) as institution_group,
    cast(s.disease_class as varchar) as disease_class,
    cast(s.day_from as bigint) as day_from,
    cast(s.day_to as bigint) as day_to,
    cast(s.rate as decimal(18, 2)) as rate_yuan
from stg_bed_day_rates s
