-- title: 低标准入院
-- plain: 住得短、花费又接近几次门诊的住院，在一家机构当月住院中所占份额，远高于同类机构（床日付费试点与试点比）。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第二项
-- violation: A03
-- severity: medium
-- shape: pattern
-- unit: %
-- excess: cases
-- parameter: days | 住院天数不超过 | 天 | 3 | 1 | 10
-- parameter: cost_times | 费用不超过同类机构几次门诊 | 倍 | 4 | 1 | 20
-- parameter: times | 份额为同类的倍数 | 倍 | 2 | 1.1 | 10
-- parameter: stays | 当月住院不少于 | 人次 | 20 | 5 | 500
-- parameter: cheap | 当月此类住院不少于 | 人次 | 10 | 1 | 500
-- parameter: errors | 超出同类的标准误 | 倍 | 3 | 0 | 6
-- needs: settlements.begndate settlements.enddate institutions.category
-- key: {institution}/{month}
-- reason: 当月住院 {stays} 人次，其中 {cases} 人次不超过 {days} 天且费用不超过同类机构 {cost_times} 次门诊，占 {measured}，同类机构（{peers} 家）为 {expected}
with ordinary as (
    select kind, cast(sum(visits) as bigint) as visits, cast(sum(total_cost_yuan) as decimal(38, 2)) as total_cost_yuan
    from clue_visit_month
    where care = 'outpatient'
    group by kind
),
marked as (
    select
        s.*,
        case when s.days <= $days and s.total_cost_yuan * o.visits <= $cost_times * o.total_cost_yuan
            then 1 else 0 end as cheap
    from clue_stay s
    inner join ordinary o on o.kind = s.kind
    where s.month between $first_month and $last_month
),
own as (
    select
        institution,
        kind,
        pilot,
        month,
        count(*) as stays,
        cast(sum(cheap) as bigint) as cheap,
        cast(sum(fund_paid_yuan) filter (where cheap = 1) as decimal(18, 2)) as fund_paid_yuan,
        min(admitted_on) filter (where cheap = 1) as first_day,
        max(discharged_on) filter (where cheap = 1) as last_day,
        flatten(list(setl_ids order by stay) filter (where cheap = 1)) as setl_ids
    from marked
    group by institution, kind, pilot, month
),
beside as (
    select
        *,
        count(*) over (partition by kind, pilot, month) - 1 as peers,
        cast(sum(stays) over (partition by kind, pilot, month) - stays as bigint) as peer_stays,
        cast(sum(cheap) over (partition by kind, pilot, month) - cheap as bigint) as peer_cheap
    from own
)
select
    institution,
    cast(null as bigint) as person,
    month,
    first_day,
    last_day,
    stays,
    peers,
    cheap as measured_part,
    stays as measured_whole,
    peer_cheap as expected_part,
    peer_stays as expected_whole,
    cheap as cases,
    fund_paid_yuan,
    setl_ids
from beside
where stays >= $stays
    and cheap >= $cheap
    and peer_stays >= $stays
    and cheap * peer_stays > $times * peer_cheap * stays
    and cheap - cast(stays as double) * peer_cheap / nullif(peer_stays, 0)
        > $errors * sqrt(cast(stays as double) * greatest(peer_cheap, 1) / nullif(peer_stays, 0)
            * (1 - cast(peer_cheap as double) / nullif(peer_stays, 0)))
