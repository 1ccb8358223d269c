-- the settlement rows that the rules read: this year's, the stays of the year before and of the months after (who leaves in
-- January filled a bed in December), the visits of the last quarter of the year before
-- grain: one row per settlement; refunds are taken out together with what they refund once the table is there
select
    f.setl_id,
    f.mdtrt_id,
    f.person,
    f.month,
    f.settled_on,
    f.admitted_on,
    f.discharged_on,
    f.care,
    f.med_type,
    f.institution,
    d.kind,
    d.level,
    d.pilot,
    d.town as institution_town,
    coalesce(f.stated_place, case when d.county <> c.county then 'out_of_county' else d.place end) as place,
    case when starts_with(f.town, c.name) then f.town else coalesce(c.name, '') || f.town end as town,
    f.disease_code,
    f.visits,
    f.total_cost_yuan,
    f.fund_paid_yuan,
    f.drug_cost_yuan,
    f.exam_cost_yuan,
    f.material_cost_yuan
from fct_settlement f
left join dim_institution d on d.institution = f.institution
left join dim_county c on c.county = f.county
where f.person is not null
    and f.setl_id is not null
    and (f.visits < 0
        or f.month <= $stays_until and f.care = 'inpatient'
        or f.month between $visits_from and $last_month)
