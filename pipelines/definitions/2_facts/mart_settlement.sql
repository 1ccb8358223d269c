-- settlements by every dimension: the live roll-ups of all batches, each institution with its attributes
-- grain: month, county, scheme, category, care, med_type, institution, place, town
select
    cast(a.month as date) as month,
    cast(c.county as varchar) as county,
    cast(a.scheme as varchar) as scheme,
    cast(a.category as varchar) as category,
    cast(a.care as varchar) as care,
    cast(a.med_type as varchar) as med_type,
    cast(a.institution as varchar) as institution,
    cast(d.kind as varchar) as kind,
    cast(d.level as varchar) as level,
    cast(d.pilot as varchar) as pilot,
    cast(coalesce(a.stated_place, case when d.county <> c.county then 'out_of_county' else d.place end) as varchar) as place,
    cast(case when starts_with(a.town, c.name) then a.town else coalesce(c.name, '') || a.town end as varchar) as town,
    cast(sum(a.visits) as bigint) as visits,
    cast(sum(a.bed_days) as bigint) as bed_days,
    cast(sum(a.total_cost_yuan) as decimal(18, 2)) as total_cost_yuan,
    cast(sum(a.full_self_pay_yuan) as decimal(18, 2)) as full_self_pay_yuan,
    cast(sum(a.over_limit_yuan) as decimal(18, 2)) as over_limit_yuan,
    cast(sum(a.pre_self_pay_yuan) as decimal(18, 2)) as pre_self_pay_yuan,
    cast(sum(a.in_policy_cost_yuan) as decimal(18, 2)) as in_policy_cost_yuan,
    cast(sum(a.deductible_yuan) as decimal(18, 2)) as deductible_yuan,
    cast(sum(a.pooled_fund_yuan) as decimal(18, 2)) as pooled_fund_yuan,
    cast(sum(a.civil_servant_fund_yuan) as decimal(18, 2)) as civil_servant_fund_yuan,
    cast(sum(a.enterprise_fund_yuan) as decimal(18, 2)) as enterprise_fund_yuan,
    cast(sum(a.critical_illness_fund_yuan) as decimal(18, 2)) as critical_illness_fund_yuan,
    cast(sum(a.large_sum_fund_yuan) as decimal(18, 2)) as large_sum_fund_yuan,
    cast(sum(a.medical_aid_fund_yuan) as decimal(18, 2)) as medical_aid_fund_yuan,
    cast(sum(a.other_fund_yuan) as decimal(18, 2)) as other_fund_yuan,
    cast(sum(a.fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
    cast(sum(a.account_paid_yuan) as decimal(18, 2)) as account_paid_yuan,
    cast(sum(a.cash_paid_yuan) as decimal(18, 2)) as cash_paid_yuan,
    cast(sum(a.account_mutual_yuan) as decimal(18, 2)) as account_mutual_yuan,
    cast(sum(a.hospital_borne_yuan) as decimal(18, 2)) as hospital_borne_yuan,
    cast(sum(a.drug_cost_yuan) as decimal(18, 2)) as drug_cost_yuan,
    cast(sum(a.exam_cost_yuan) as decimal(18, 2)) as exam_cost_yuan,
    cast(sum(a.material_cost_yuan) as decimal(18, 2)) as material_cost_yuan
from agg_settlement a
left join dim_institution d on d.institution = a.institution
left join dim_county c on c.county = a.county
group by a.month, c.county, a.scheme, a.category, a.care, a.med_type, a.institution, d.kind, d.level, d.pilot, coalesce(a.stated_place, case when d.county <> c.county then 'out_of_county' else d.place end), case when starts_with(a.town, c.name) then a.town else coalesce(c.name, '') || a.town end
