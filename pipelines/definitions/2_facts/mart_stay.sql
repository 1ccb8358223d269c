-- inpatient stays, those that follow a discharge marked; each counts in the month it is settled, a later refund takes it back
-- grain: month, person_no, institution, admitted_on, discharged_on, county, scheme, category, place, town
with stays_placed as (
    select
        a.month,
        a.person,
        a.institution,
        d.kind,
        d.level,
        d.pilot,
        a.admitted_on,
        a.discharged_on,
        c.county,
        a.scheme,
        a.category,
        coalesce(a.stated_place, case when d.county <> c.county then 'out_of_county' else d.place end) as place,
        case when starts_with(a.town, c.name) then a.town else coalesce(c.name, '') || a.town end as town,
        case when sum(a.stays) > 0 then 1 else -1 end as stays
    from agg_stay a
    left join dim_institution d on d.institution = a.institution
    left join dim_county c on c.county = a.county
    group by a.month, a.person, a.institution, d.kind, d.level, d.pilot, a.admitted_on, a.discharged_on, c.county, a.scheme, a.category, coalesce(a.stated_place, case when d.county <> c.county then 'out_of_county' else d.place end), case when starts_with(a.town, c.name) then a.town else coalesce(c.name, '') || a.town end
    having sum(a.stays) <> 0
),
stays_that_stand as (
    select person, institution, admitted_on, discharged_on
    from stays_placed
    where admitted_on is not null and discharged_on is not null
    group by person, institution, admitted_on, discharged_on
    having sum(stays) > 0
),
last_discharges as (
    select s.person, s.institution, s.admitted_on, s.discharged_on, max(p.discharged_on) as last_discharged_on
    from stays_that_stand s
    inner join stays_that_stand p
        on p.person = s.person
        and date_diff('day', p.discharged_on, s.admitted_on) between 0 and 30
        and (p.admitted_on < s.admitted_on
            or p.admitted_on = s.admitted_on and p.discharged_on < s.discharged_on
            or p.admitted_on = s.admitted_on and p.discharged_on = s.discharged_on and p.institution < s.institution)
    group by s.person, s.institution, s.admitted_on, s.discharged_on
)
select
    cast(g.month as date) as month,
    cast(g.person as bigint) as person_no,
    cast(g.county as varchar) as county,
    cast(g.scheme as varchar) as scheme,
    cast(g.category as varchar) as category,
    cast(g.institution as varchar) as institution,
    cast(g.kind as varchar) as kind,
    cast(g.level as varchar) as level,
    cast(g.pilot as varchar) as pilot,
    cast(g.place as varchar) as place,
    cast(g.town as varchar) as town,
    cast(g.admitted_on as date) as admitted_on,
    cast(g.discharged_on as date) as discharged_on,
    cast(g.stays as bigint) as stays,
    cast(case when date_diff('day', l.last_discharged_on, g.admitted_on) <= 15 then g.stays else 0 end as bigint) as readmitted_15d,
    cast(case when l.last_discharged_on is not null then g.stays else 0 end as bigint) as readmitted_30d
from stays_placed g
left join last_discharges l
    on l.person = g.person and l.institution = g.institution and l.admitted_on = g.admitted_on and l.discharged_on = g.discharged_on
