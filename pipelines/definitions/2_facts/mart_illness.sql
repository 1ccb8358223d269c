-- inpatient stays by illness, without where the insured live and how long they stayed: what mixes of illness are made of
-- grain: month, county, scheme, institution, place, disease_code
select
    cast(a.month as date) as month,
    cast(c.county as varchar) as county,
    cast(a.scheme as varchar) as scheme,
    cast(a.institution as varchar) as institution,
    cast(d.kind as varchar) as kind,
    cast(d.level as varchar) as level,
    cast(d.pilot as varchar) as pilot,
    cast(coalesce(a.stated_place, case when d.county <> c.county then 'out_of_county' else d.place end) as varchar) as place,
    cast(a.disease_code as varchar) as disease_code,
    cast(sum(a.visits) as bigint) as visits,
    cast(sum(a.bed_days) as bigint) as bed_days,
    cast(sum(a.total_cost_yuan) as decimal(18, 2)) as total_cost_yuan,
    cast(sum(a.fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan
from agg_bed_day a
left join dim_institution d on d.institution = a.institution
left join dim_county c on c.county = a.county
group by a.month, c.county, a.scheme, a.institution, d.kind, d.level, d.pilot, coalesce(a.stated_place, case when d.county <> c.county then 'out_of_county' else d.place end), a.disease_code
