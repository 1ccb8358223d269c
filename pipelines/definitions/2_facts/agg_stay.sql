-- inpatient stays of a batch, refunds netted against what they refund
-- grain: month, person, institution, admitted_on, discharged_on, county, scheme, category, stated_place, town
select
    month,
    person,
    institution,
    admitted_on,
    discharged_on,
    county,
    scheme,
    category,
    stated_place,
    town,
    cast(sum(visits) as bigint) as stays
from fct_settlement
where care = 'inpatient' and person is not null
group by month, person, institution, admitted_on, discharged_on, county, scheme, category, stated_place, town
having sum(visits) <> 0
