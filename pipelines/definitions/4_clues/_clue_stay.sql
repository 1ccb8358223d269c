-- inpatient stays: the settlements of one visit together, so that one settled in parts is one stay; without a number of the
-- visit, those of one person in one institution from one day of admission on (long stays are billed month by month)
-- grain: stay
select
    cast(row_number() over (order by person, min(admitted_on), max(discharged_on), institution, min(setl_id)) as bigint) as stay,
    person,
    institution,
    max(kind) as kind,
    max(level) as level,
    max(pilot) as pilot,
    max(institution_town) as institution_town,
    max(place) as place,
    max(town) as town,
    max(month) as month,
    max(settled_on) as settled_on,
    min(admitted_on) as admitted_on,
    max(discharged_on) as discharged_on,
    greatest(date_diff('day', min(admitted_on), max(discharged_on)), 1) as days,
    max(disease_code) as disease_code,
    substr(max(disease_code), 1, 3) as disease,
    max(case when med_type like '23%' then 1 else 0 end) as transferred,
    cast(sum(total_cost_yuan) as decimal(18, 2)) as total_cost_yuan,
    cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
    cast(sum(drug_cost_yuan) as decimal(18, 2)) as drug_cost_yuan,
    cast(sum(exam_cost_yuan) as decimal(18, 2)) as exam_cost_yuan,
    cast(sum(material_cost_yuan) as decimal(18, 2)) as material_cost_yuan,
    count(*) as bills,
    -- whether all of its bills are read: those of who was there before the first month that is read may not be
    case when min(admitted_on) >= $rows_from then 1 else 0 end as whole,
    list_sort(list(setl_id)) as setl_ids
from clue_row
where care = 'inpatient' and admitted_on is not null and discharged_on is not null
group by person, institution, coalesce(mdtrt_id, cast(admitted_on as varchar))
