-- the names that the settlement rows of a batch give to institutions: a check on the roster, computed once when loaded
-- grain: month, institution, stated_name
select
    month,
    institution,
    stated_name,
    cast(min(coalesce(settled_on, month)) as date) as first_day,
    cast(max(coalesce(settled_on, month)) as date) as last_day,
    cast(count(*) as bigint) as settlements
from fct_settlement
where stated_name is not null
group by month, institution, stated_name
