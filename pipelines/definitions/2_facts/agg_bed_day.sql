-- inpatient stays of a batch by illness and length, refunds netted: what payment by the bed-day follows from
-- grain: month, county, scheme, institution, stated_place, town, disease_code, stay_days
select
    month,
    county,
    scheme,
    institution,
    stated_place,
    town,
    disease_code,
    cast(abs(bed_days) as bigint) as stay_days,
    cast(sum(visits) as bigint) as visits,
    cast(sum(bed_days) as bigint) as bed_days,
    cast(sum(total_cost_yuan) as decimal(18, 2)) as total_cost_yuan,
    cast(sum(in_policy_cost_yuan) as decimal(18, 2)) as in_policy_cost_yuan,
    cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan
from fct_settlement
where care = 'inpatient'
group by month, county, scheme, institution, stated_place, town, disease_code, abs(bed_days)
