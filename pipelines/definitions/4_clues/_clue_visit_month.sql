-- an institution's visits of a month without a bed
-- grain: institution, month, care
select
    institution,
    month,
    care,
    max(kind) as kind,
    count(*) as visits,
    cast(sum(total_cost_yuan) as decimal(38, 2)) as total_cost_yuan
from clue_visit
where month between $first_month and $last_month
group by institution, month, care
