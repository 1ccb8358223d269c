-- the inpatient rows behind the figures of payment by the bed-day, with class of illness and what their days come to
-- grain: one row per settlement record, or per group of an aggregate upload
with codes as (
    select disease_code
    from row_settlement
    where care = 'inpatient' and disease_code is not null
    group by disease_code
),
by_length as (
    select
        c.disease_code,
        k.disease_class,
        row_number() over (partition by c.disease_code order by k.code desc) as nth
    from codes c
    inner join fct_disease_class k on starts_with(c.disease_code, k.code)
)
select
    r.month,
    r.row_id,
    r.setl_id,
    r.person,
    r.settled_on,
    r.admitted_on,
    r.discharged_on,
    r.county,
    r.scheme,
    r.category,
    r.institution,
    r.institution_name,
    r.kind,
    r.level,
    r.pilot,
    r.place,
    r.town,
    r.disease_code,
    r.disease,
    coalesce(l.disease_class, 'unclassified') as disease_class,
    r.visits,
    r.bed_days,
    r.total_cost_yuan,
    r.in_policy_cost_yuan,
    r.fund_paid_yuan,
    case when t.year is not null then r.visits else 0 end as priced_visits,
    case when t.year is not null then r.total_cost_yuan else 0 end as priced_cost_yuan,
    case when t.year is not null then r.fund_paid_yuan else 0 end as priced_fund_yuan,
    cast(coalesce((t.earlier_yuan + t.rate_yuan * cast(abs(r.bed_days) - t.day_from + 1 as decimal(9, 0))) * cast(r.visits as decimal(9, 0)), 0) as decimal(18, 2)) as package_yuan
from row_settlement r
left join by_length l on l.disease_code = r.disease_code and l.nth = 1
left join fct_bed_day_tariff t
    on t.institution = r.institution and t.disease_class = coalesce(l.disease_class, 'unclassified')
    and r.month between t.first_month and t.last_month
    and abs(r.bed_days) >= t.day_from and (t.day_to is null or abs(r.bed_days) <= t.day_to)
where r.care = 'inpatient'
