-- cumulative balances at the beginning of each year
-- grain: year, county, insutype
select
    cast(s.year as integer) as year,
    cast(c.county as varchar) as county,
    cast(i.scheme as varchar) as scheme,
    cast(s.insutype as varchar) as insutype,
    cast(s.pooled as decimal(18, 2)) as pooled_yuan,
    cast(s.account as decimal(18, 2)) as account_yuan
from stg_opening_balance s
inner join map_insutype i on i.code = s.insutype
left join dim_county c on c.county = s.admdvs
