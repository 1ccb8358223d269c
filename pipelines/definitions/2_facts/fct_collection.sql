-- fund income by month and source; due, plan, collected to date and arrears are stocks, the month's money is a flow
-- grain: month, county, insutype, source
select
    cast(s.stat_month as date) as month,
    cast(c.county as varchar) as county,
    cast(i.scheme as varchar) as scheme,
    cast(s.insutype as varchar) as insutype,
    cast(s.income_source as varchar) as source,
    cast(s.due_year as decimal(18, 2)) as due_year_yuan,
    cast(s.plan_year as decimal(18, 2)) as plan_year_yuan,
    cast(s.collected_month as decimal(18, 2)) as collected_month_yuan,
    cast(s.collected_ytd as decimal(18, 2)) as collected_ytd_yuan,
    cast(s.arrears as decimal(18, 2)) as arrears_yuan,
    cast(s.account_part as decimal(18, 2)) as account_part_yuan
from stg_fund_collection s
inner join map_insutype i on i.code = s.insutype
left join dim_county c on c.county = s.admdvs
