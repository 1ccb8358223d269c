-- the months with stays: the three months that each ends, and those of the year before
-- grain: month
with months as (
    select
        month,
        cast(month - interval 2 month as date) as from_month,
        cast(month - interval 12 month as date) as year_ago,
        cast(month - interval 14 month as date) as year_ago_from
    from (select distinct month from clue_stay) stays
)
select
    m.month,
    m.from_month,
    m.year_ago,
    m.year_ago_from,
    cast(sum(case when o.month < m.month then 1 else 0 end) as bigint) as months_before,
    cast(
        sum(case when o.month between m.from_month and m.month or o.month between m.year_ago_from and m.year_ago then 1 else 0 end)
        as bigint
    ) as months_compared
from months m
cross join months o
group by m.month, m.from_month, m.year_ago, m.year_ago_from
