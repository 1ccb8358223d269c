-- what drugs, examinations and materials are of the cost of an institution's stays of a month, and of that of its peers:
-- the others of its kind; an institution that the roster does not know has none
-- The yuan have room for their products: two sides of a comparison are multiplied, so that nothing is divided.
-- grain: institution, month, part
with stay as (
    select stay, institution, kind, month, admitted_on, discharged_on, total_cost_yuan, fund_paid_yuan, setl_ids,
        drug_cost_yuan, exam_cost_yuan, material_cost_yuan
    from clue_stay
    where month between $first_month and $last_month and kind is not null
),
cost as (
    select *, 'drug' as part, drug_cost_yuan as part_yuan from stay
    union all
    select *, 'exam' as part, exam_cost_yuan as part_yuan from stay
    union all
    select *, 'material' as part, material_cost_yuan as part_yuan from stay
),
own as (
    select
        institution,
        kind,
        month,
        part,
        count(*) as stays,
        cast(sum(part_yuan) as decimal(38, 2)) as part_yuan,
        cast(sum(total_cost_yuan) as decimal(38, 2)) as whole_yuan,
        cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
        min(admitted_on) as first_day,
        max(discharged_on) as last_day,
        flatten(list(setl_ids order by stay)) as setl_ids
    from cost
    where part_yuan is not null
    group by institution, kind, month, part
)
select
    institution,
    month,
    part,
    first_day,
    last_day,
    stays,
    part_yuan,
    whole_yuan,
    count(*) over (partition by kind, month, part) - 1 as peers,
    sum(stays) over (partition by kind, month, part) - stays as peer_stays,
    cast(sum(part_yuan) over (partition by kind, month, part) - part_yuan as decimal(38, 2)) as peer_part_yuan,
    cast(sum(whole_yuan) over (partition by kind, month, part) - whole_yuan as decimal(38, 2)) as peer_whole_yuan,
    fund_paid_yuan,
    setl_ids
from own
