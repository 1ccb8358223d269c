-- staff in post at the end of each month
-- grain: month
select
    cast(s.stat_month as date) as month,
    cast(s.in_post as bigint) as in_post
from stg_staff s
