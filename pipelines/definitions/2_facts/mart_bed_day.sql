-- inpatient stays by class of illness and length, with what their days come to at the rates; a length in no segment has none
-- grain: month, county, scheme, institution, place, town, disease_class, stay_days
with codes as (
    select disease_code
    from agg_bed_day
    where disease_code is not null
    group by disease_code
),
by_length as (
    select
        c.disease_code,
        k.disease_class,
        row_number() over (partition by c.disease_code order by k.code desc) as nth
    from codes c
    inner join fct_disease_class k on starts_with(c.disease_code, k.code)
),
placed as (
    select
        a.month,
        c.county,
        a.scheme,
        a.institution,
        d.kind,
        d.level,
        d.pilot,
        coalesce(a.stated_place, case when d.county <> c.county then 'out_of_county' else d.place end) as place,
        case when starts_with(a.town, c.name) then a.town else coalesce(c.name, '') || a.town end as town,
        coalesce(l.disease_class, 'unclassified') as disease_class,
        a.stay_days,
        sum(a.visits) as visits,
        sum(a.bed_days) as bed_days,
        sum(a.total_cost_yuan) as total_cost_yuan,
        sum(a.in_policy_cost_yuan) as in_policy_cost_yuan,
        sum(a.fund_paid_yuan) as fund_paid_yuan
    from agg_bed_day a
    left join dim_institution d on d.institution = a.institution
    left join dim_county c on c.county = a.county
    left join by_length l on l.disease_code = a.disease_code and l.nth = 1
    group by a.month, c.county, a.scheme, a.institution, d.kind, d.level, d.pilot, coalesce(a.stated_place, case when d.county <> c.county then 'out_of_county' else d.place end), case when starts_with(a.town, c.name) then a.town else coalesce(c.name, '') || a.town end, coalesce(l.disease_class, 'unclassified'), a.stay_days
)
select
    cast(p.month as date) as month,
    cast(p.county as varchar) as county,
    cast(p.scheme as varchar) as scheme,
    cast(p.institution as varchar) as institution,
    cast(p.kind as varchar) as kind,
    cast(p.level as varchar) as level,
    cast(p.pilot as varchar) as pilot,
    cast(p.place as varchar) as place,
    cast(p.town as varchar) as town,
    cast(p.disease_class as varchar) as disease_class,
    cast(p.stay_days as bigint) as stay_days,
    cast(p.visits as bigint) as visits,
    cast(p.bed_days as bigint) as bed_days,
    cast(p.total_cost_yuan as decimal(18, 2)) as total_cost_yuan,
    cast(p.in_policy_cost_yuan as decimal(18, 2)) as in_policy_cost_yuan,
    cast(p.fund_paid_yuan as decimal(18, 2)) as fund_paid_yuan,
    cast(case when t.year is not null then p.visits else 0 end as bigint) as priced_visits,
    cast(case when t.year is not null then p.total_cost_yuan else 0 end as decimal(18, 2)) as priced_cost_yuan,
    cast(case when t.year is not null then p.fund_paid_yuan else 0 end as decimal(18, 2)) as priced_fund_yuan,
    cast(coalesce((t.earlier_yuan + t.rate_yuan * cast(p.stay_days - t.day_from + 1 as decimal(9, 0))) * cast(p.visits as decimal(9, 0)), 0) as decimal(18, 2)) as package_yuan
from placed p
left join fct_bed_day_tariff t
    on t.institution = p.institution and t.disease_class = p.disease_class
    and p.month between t.first_month and t.last_month
    and p.stay_days >= t.day_from and (t.day_to is null or p.stay_days <= t.day_to)
