-- under which names institutions were settled with, month by month: the live roll-ups of all batches
-- grain: month, institution, stated_name
select
    cast(month as date) as month,
    cast(institution as varchar) as institution,
    cast(stated_name as varchar) as stated_name,
    cast(min(first_day) as date) as first_day,
    cast(max(last_day) as date) as last_day,
    cast(sum(settlements) as bigint) as settlements
from agg_institution_name
group by month, institution, stated_name
