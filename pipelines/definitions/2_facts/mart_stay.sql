-- inpatient stays with the days since the same person's stay before; a readmission counts in the month it is settled
-- grain: month, person_no, institution, admitted_on, discharged_on, scheme, category, place, town
with stays_of_all_months as (
    select month, person, institution, admitted_on, discharged_on, scheme, category, stated_place, town, stays
    from agg_stay
),
gaps_measured as (
    select
        s.*,
        date_diff('day', lag(s.discharged_on) over (
            partition by s.person
            order by s.admitted_on nulls last, s.discharged_on nulls last, s.institution nulls last, s.month nulls last
        ), s.admitted_on) as days_since_discharge
    from stays_of_all_months s
)
select
    cast(g.month as date) as month,
    cast(g.person as bigint) as person_no,
    cast(g.scheme as varchar) as scheme,
    cast(g.category as varchar) as category,
    cast(g.institution as varchar) as institution,
    cast(d.kind as varchar) as kind,
    cast(d.level as varchar) as level,
    cast(d.pilot as varchar) as pilot,
    cast(coalesce(g.stated_place, d.place) as varchar) as place,
    cast(g.town as varchar) as town,
    cast(g.admitted_on as date) as admitted_on,
    cast(g.discharged_on as date) as discharged_on,
    cast(g.stays as bigint) as stays,
    cast(case when g.stays > 0 and g.days_since_discharge between 0 and 15 then 1 else 0 end as bigint) as readmitted_15d,
    cast(case when g.stays > 0 and g.days_since_discharge between 0 and 30 then 1 else 0 end as bigint) as readmitted_30d
from gaps_measured g
left join dim_institution d on d.institution = g.institution
