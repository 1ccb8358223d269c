-- what drugs, examinations and materials are of the cost of an institution's stays of a month, and of that of its peers:
-- the others of its kind; an institution that the roster does not know has none
-- The costs are whole fen with room for their products: two sides of a comparison are multiplied, so that nothing is divided,
-- and a product of amounts with decimals would be cut to six of them by an engine whose decimals have no more room.
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
        cast(sum(part_yuan) * 100 as decimal(38, 0)) as part_fen,
        cast(sum(total_cost_yuan) * 100 as decimal(38, 0)) as whole_fen,
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
    part_fen,
    whole_fen,
    count(*) over (partition by kind, month, part) - 1 as peers,
    cast(sum(stays) over (partition by kind, month, part) - stays as bigint) as peer_stays,
    cast(sum(part_fen) over (partition by kind, month, part) - part_fen as decimal(38, 0)) as peer_part_fen,
    cast(sum(whole_fen) over (partition by kind, month, part) - whole_fen as decimal(38, 0)) as peer_whole_fen,
    fund_paid_yuan,
    setl_ids
from own
