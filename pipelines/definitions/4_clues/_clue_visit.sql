-- visits without a bed: outpatient clinics, chronic illnesses, purchases at pharmacies
-- grain: one row per settlement
select
    setl_id,
    person,
    month,
    coalesce(admitted_on, settled_on) as seen_on,
    care,
    institution,
    kind,
    place,
    town,
    total_cost_yuan,
    fund_paid_yuan
from clue_row
where care in ('outpatient', 'chronic_outpatient', 'pharmacy')
