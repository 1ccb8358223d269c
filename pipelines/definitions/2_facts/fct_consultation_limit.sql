-- what the fund pays at most of the year's consultation fees in each township's primary institutions, as adjusted
-- grain: year, scheme, town
with limits as (
    select b.year, b.scheme, b.town, sum(b.amount_yuan) as limit_yuan
    from fct_budget b
    where b.item = 'general_consultation' and b.town is not null
    group by b.year, b.scheme, b.town
)
select
    cast(l.year as integer) as year,
    cast(l.scheme as varchar) as scheme,
    cast(l.town as varchar) as town,
    cast(min(c.county) as varchar) as county,
    cast(l.limit_yuan as decimal(18, 2)) as limit_yuan
from limits l
left join dim_county c on starts_with(l.town, c.name)
group by l.year, l.scheme, l.town, l.limit_yuan
