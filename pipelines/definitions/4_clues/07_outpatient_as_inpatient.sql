-- title: 门诊住院化
-- plain: 一家机构当月住院占住院与门诊合计的份额，远高于同类机构。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第二项
-- violation: A03
-- severity: medium
-- shape: pattern
-- unit: %
-- excess: cases
-- parameter: times | 份额为同类的倍数 | 倍 | 2 | 1.1 | 10
-- parameter: visits | 当月住院与门诊不少于 | 人次 | 30 | 10 | 1000
-- parameter: errors | 超出同类的标准误 | 倍 | 3 | 0 | 6
-- needs: settlements.begndate settlements.enddate institutions.category
-- key: {institution}/{month}
-- reason: 当月住院 {cases} 人次、门诊 {outpatients} 人次，住院占 {measured}，同类机构（{peers} 家）为 {expected}
with stays as (
    select
        institution,
        kind,
        month,
        count(*) as stays,
        cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
        min(admitted_on) as first_day,
        max(discharged_on) as last_day,
        flatten(list(setl_ids order by stay)) as setl_ids
    from clue_stay
    where month between $first_month and $last_month
    group by institution, kind, month
),
visits as (
    select institution, month, cast(sum(visits) as bigint) as visits
    from clue_visit_month
    where care <> 'pharmacy'
    group by institution, month
),
own as (
    select
        s.*,
        coalesce(v.visits, 0) as outpatients,
        s.stays + coalesce(v.visits, 0) as visits
    from stays s
    left join visits v on v.institution = s.institution and v.month = s.month
),
kinds as (
    select kind, month, count(*) as institutions, cast(sum(stays) as bigint) as stays, cast(sum(visits) as bigint) as visits
    from own
    group by kind, month
),
beside as (
    select
        o.*,
        k.institutions - 1 as peers,
        k.stays - o.stays as peer_stays,
        k.visits - o.visits as peer_visits
    from own o
    inner join kinds k on k.kind = o.kind and k.month = o.month
    where o.visits >= $visits and k.visits - o.visits >= $visits
)
select
    institution,
    cast(null as bigint) as person,
    month,
    first_day,
    last_day,
    outpatients,
    peers,
    stays as measured_part,
    visits as measured_whole,
    peer_stays as expected_part,
    peer_visits as expected_whole,
    stays as cases,
    fund_paid_yuan,
    setl_ids
from beside
where stays * peer_visits > $times * peer_stays * visits
    and stays - cast(visits as double) * peer_stays / nullif(peer_visits, 0)
        > $errors * sqrt(cast(visits as double) * greatest(peer_stays, 1) / nullif(peer_visits, 0)
            * (1 - cast(peer_stays as double) / nullif(peer_visits, 0)))
