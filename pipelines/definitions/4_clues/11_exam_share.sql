-- title: 检查占比远高于同类
-- plain: 一家机构当月住院的检查检验费占总费用的份额，远高于同类机构。专科机构本来偏高的，可排除。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第二项
-- violation: A04
-- severity: low
-- shape: pattern
-- unit: %
-- excess: cost
-- parameter: times | 份额为同类的倍数 | 倍 | 1.5 | 1.05 | 10
-- parameter: stays | 当月住院不少于 | 人次 | 30 | 5 | 500
-- needs: settlements.begndate settlements.enddate settlements.exam_fee
-- key: {institution}/{month}
-- reason: 当月住院 {cases} 人次，检查检验费占总费用 {measured}，同类机构（{peers} 家）为 {expected}
with own as (
    select
        institution,
        kind,
        month,
        count(*) as stays,
        sum(exam_cost_yuan) as part_yuan,
        sum(total_cost_yuan) as whole_yuan,
        cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
        min(admitted_on) as first_day,
        max(discharged_on) as last_day,
        flatten(list(setl_ids order by stay)) as setl_ids
    from clue_stay
    where month between $first_month and $last_month and exam_cost_yuan is not null
    group by institution, kind, month
),
beside as (
    select
        *,
        count(*) over (partition by kind, month) - 1 as peers,
        sum(stays) over (partition by kind, month) - stays as peer_stays,
        sum(part_yuan) over (partition by kind, month) - part_yuan as peer_part_yuan,
        sum(whole_yuan) over (partition by kind, month) - whole_yuan as peer_whole_yuan
    from own
)
select
    institution,
    cast(null as bigint) as person,
    month,
    first_day,
    last_day,
    peers,
    part_yuan as measured_part,
    whole_yuan as measured_whole,
    peer_part_yuan as expected_part,
    peer_whole_yuan as expected_whole,
    stays as cases,
    fund_paid_yuan,
    setl_ids
from beside
where stays >= $stays
    and peer_stays >= $stays
    and whole_yuan > 0
    and peer_part_yuan > 0
    and cast(part_yuan as double) / cast(whole_yuan as double)
        > $times * cast(peer_part_yuan as double) / cast(peer_whole_yuan as double)
