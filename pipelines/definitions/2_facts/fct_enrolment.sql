-- the enrolment register at the end of each month: a stock
-- grain: month, county, insutype, town, residence, category
select
    cast(s.stat_month as date) as month,
    cast(c.county as varchar) as county,
    cast(i.scheme as varchar) as scheme,
    cast(s.insutype as varchar) as insutype,
    cast(case when starts_with(s.town, c.name) then s.town else coalesce(c.name, '') || s.town end as varchar) as town,
    cast(s.residence as varchar) as residence,
    cast(s.psn_category as varchar) as category,
    cast(sum(s.insured_cnt) as bigint) as insured_persons,
    cast(sum(s.should_cnt) as bigint) as should_enrol_persons,
    cast(sum(s.target_cnt) as bigint) as target_persons,
    cast(sum(s.assisted_cnt) as bigint) as assisted_persons
from stg_enrolment s
inner join map_insutype i on i.code = s.insutype
left join dim_county c on c.county = s.admdvs
group by s.stat_month, c.county, i.scheme, s.insutype, case when starts_with(s.town, c.name) then s.town else coalesce(c.name, '') || s.town end, s.residence, s.psn_category
